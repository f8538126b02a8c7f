import { type EcsField, type Event, isEcsField } from '../model/event.js';
import { toAddress } from './address.js';
import { readInteger, readPort } from './text.js';

/** ECS fields that text found by a user's pattern can be put into. */
export type AssignableField = Exclude<EcsField, 'event.category' | 'event.type'>;

export function isAssignable(name: string): name is AssignableField {
  return isEcsField(name) && name !== 'event.category' && name !== 'event.type';
}

type NumberField = {
  [F in AssignableField]: Event[F] extends number | null ? F : never;
}[AssignableField];

const NUMBER_FIELDS: ReadonlySet<string> = new Set([
  'event.duration',
  'event.severity',
  'source.port',
  'source.bytes',
  'source.nat.port',
  'destination.port',
  'destination.bytes',
  'destination.nat.port',
  'process.pid',
  'process.parent.pid',
  'network.bytes',
  'http.response.status_code',
  'http.response.body.bytes',
] satisfies NumberField[]);

/**
 * Puts text into an ECS field that is still null, as the type the field has. Text that is no value of that type
 * (a port above 65535, a host name as address) is left out.
 */
export function fillField(event: Event, name: AssignableField, text: string): void {
  if (event[name] !== null) return;
  if (name === 'event.outcome') {
    if (text === 'success' || text === 'failure' || text === 'unknown') event[name] = text;
  } else if (isNumberField(name)) {
    event[name] = name.endsWith('.port') ? readPort(text, 0, text.length) : readInteger(text, 0, text.length);
  } else {
    event[name] = name.endsWith('.ip') ? toAddress(text) : text;
  }
}

function isNumberField(name: Exclude<AssignableField, 'event.outcome'>): name is NumberField {
  return NUMBER_FIELDS.has(name);
}
