import type { Json, JsonObject } from '../../model/json.js';
import { lift, MAX_LIFTED } from '../lift.js';
import { liftMessageText } from './message-text.js';

const SYSMON = 'Microsoft-Windows-Sysmon';
/** Names in the order of the manifest, where the text is no line for each. */
const SCRIPT_BLOCK = ['MessageNumber', 'MessageTotal', 'ScriptBlockText', 'ScriptBlockId', 'Path'];
const PIPELINE = ['ContextInfo', 'UserData', 'Payload'];
const POWERSHELL: ReadonlyMap<number, readonly string[]> = new Map([
  [4103, PIPELINE],
  [4104, SCRIPT_BLOCK],
]);
const POWERSHELL_PROVIDERS = ['Microsoft-Windows-PowerShell', 'PowerShellCore'];

/** What a provider filled into the text of its event, in order and without names. */
type Inserts = readonly (string | number | boolean)[];

/**
 * Adds the values of an event that Fluent Bit (`StringInserts`) and Fluentd (`EventData` as a list) send without their names, under
 * the names that EventData has.
 */
export function liftInserts(
  fields: JsonObject,
  channel: string | null,
  provider: string | null,
  eventId: number,
): void {
  const inserts = insertsOf(fields.StringInserts ?? fields.EventData);
  if (inserts === null) return;
  if (typeof fields.Description === 'string') lift(fields, 'Message', fields.Description);
  const names =
    provider !== null && POWERSHELL_PROVIDERS.includes(provider) ? POWERSHELL.get(eventId) : undefined;
  if (names !== undefined) liftInOrder(fields, names, inserts);
  else if (provider === SYSMON && typeof fields.Message === 'string')
    liftLines(fields, fields.Message, inserts);
  else {
    liftMessageText(fields, channel, eventId);
    // What the rules call the values of events that have no names for them. Fluent Bit's own member of that name is of bytes.
    if (fields.Data === undefined || fields.Data === '') fields.Data = [...inserts];
  }
}

function insertsOf(value: Json | undefined): Inserts | null {
  if (!Array.isArray(value)) return null;
  return value
    .slice(0, MAX_LIFTED)
    .map((insert) => (typeof insert === 'number' || typeof insert === 'boolean' ? insert : textOf(insert)));
}

function textOf(insert: Json): string {
  return typeof insert === 'string' ? insert : '';
}

function liftInOrder(fields: JsonObject, names: readonly string[], inserts: Inserts): void {
  if (inserts.length < names.length) return;
  for (const [i, name] of names.entries()) lift(fields, name, inserts[i]!);
}

/**
 * Sysmon's text has a line `Name: value` for each. A text among the values may hold such lines: it is known how long it is, so that the
 * next name stands behind it; numbers may be shown otherwise. Where a line is not as it has to be, nothing behind it is read.
 */
function liftLines(fields: JsonObject, text: string, inserts: Inserts): void {
  let at = nextLine(text, 0);
  for (const insert of inserts) {
    const colon = text.indexOf(':', at);
    const name = text.slice(at, colon);
    if (at < 0 || colon < 0 || !/^[A-Za-z]{1,40}$/.test(name)) return;
    const start = text.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1;
    const shown = String(insert);
    if (text.startsWith(shown, start) && isLineEnd(text, start + shown.length)) {
      lift(fields, name, insert);
      at = nextLine(text, start + shown.length);
    } else if (typeof insert !== 'string' || /^0x[\da-f]+$/i.test(insert)) {
      lift(fields, name, insert);
      at = nextLine(text, start);
    } else return;
  }
}

function isLineEnd(text: string, at: number): boolean {
  return at === text.length || text.charAt(at) === '\r' || text.charAt(at) === '\n';
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? -1 : end + 1;
}
