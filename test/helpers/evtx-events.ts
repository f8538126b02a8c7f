import type { Json, JsonObject } from '../../src/model/json.js';
import type { Part, Value, XmlElement } from './evtx-writer.js';

/** Values by the type that Windows gives them. */
export const value = {
  none: (): Value => ({ type: 0, expected: 1, bytes: Buffer.alloc(0) }),
  absent: (): Value => ({ type: 0, expected: 1, bytes: Buffer.alloc(0), optional: true }),
  text: (text: string): Value => ({ type: 0x01, bytes: Buffer.from(text, 'utf16le') }),
  texts: (...texts: string[]): Value => ({
    type: 0x81,
    bytes: Buffer.from(texts.map((text) => `${text}\0`).join(''), 'utf16le'),
  }),
  number: (type: number, number: number | bigint): Value => ({ type, bytes: numberBytes(type, number) }),
  bool: (is: boolean): Value => value.number(0x0d, is ? 1 : 0),
  guid: (text: string): Value => ({ type: 0x0f, bytes: guidBytes(text) }),
  fileTime: (ticks: bigint): Value => value.number(0x11, ticks),
  sid: (text: string): Value => ({ type: 0x13, bytes: sidBytes(text) }),
  bytes: (type: number, hex: string): Value => ({ type, bytes: Buffer.from(hex, 'hex') }),
  optional: (given: Value): Value => ({ ...given, optional: true }),
};

const WIDTHS = new Map([
  ...[0x03, 0x04].map((type) => [type, 1] as const),
  ...[0x05, 0x06].map((type) => [type, 2] as const),
  ...[0x09, 0x0a, 0x11, 0x15].map((type) => [type, 8] as const),
]);

function numberBytes(type: number, number: number | bigint): Buffer {
  const wide = Buffer.alloc(8);
  wide.writeBigUInt64LE(BigInt.asUintN(64, BigInt(number)));
  return wide.subarray(0, WIDTHS.get(type) ?? 4);
}

function guidBytes(text: string): Buffer {
  const [a, b, c, ...rest] = text.replaceAll(/[{}]/g, '').split('-') as [string, string, string];
  const reversed = [a, b, c].map((part) => Buffer.from(part, 'hex').reverse());
  return Buffer.concat([...reversed, Buffer.from(rest.join(''), 'hex')]);
}

function sidBytes(text: string): Buffer {
  const [revision, authority, ...parts] = text.split('-').slice(1).map(Number) as [number, number];
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes[0] = revision;
  bytes[1] = parts.length;
  bytes.writeUIntBE(authority, 2, 6);
  for (const [i, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + i * 4);
  return bytes;
}

export interface WindowsEvent {
  readonly provider: string;
  readonly eventId: number;
  readonly channel: string;
  readonly recordId?: number;
  /** ms. */
  readonly time?: number;
  /** What `EventData` holds; or the element that stands there instead. */
  readonly data: Readonly<Record<string, Value>> | XmlElement;
  readonly as?: 'template' | 'element';
}

/** An event as Windows lays it out. */
export function windowsEvent(event: WindowsEvent): XmlElement {
  const { provider, eventId, channel, recordId = 1, time = Date.UTC(2026, 10, 20, 10), data } = event;
  const ticks = (BigInt(time) + 11_644_473_600_000n) * 10_000n;
  const element = (name: string, part: Part): XmlElement => ({ name, content: [part] });
  const system: XmlElement[] = [
    {
      name: 'Provider',
      attributes: { Name: provider, Guid: value.guid('{54849625-5478-4994-A5BA-3E3B0328C30D}') },
    },
    { name: 'EventID', attributes: { Qualifiers: value.absent() }, content: [value.number(0x06, eventId)] },
    element('Version', value.number(0x04, 2)),
    element('Level', value.number(0x04, 4)),
    element('Task', value.number(0x06, 1)),
    element('Opcode', value.number(0x04, 0)),
    element('Keywords', value.number(0x15, 0x8020000000000000n)),
    { name: 'TimeCreated', attributes: { SystemTime: value.fileTime(ticks) } },
    element('EventRecordID', value.number(0x0a, recordId)),
    { name: 'Correlation', attributes: { ActivityID: value.absent() } },
    {
      name: 'Execution',
      attributes: { ProcessID: value.number(0x08, 700), ThreadID: value.number(0x08, 3164) },
    },
    element('Channel', value.text(channel)),
    element('Computer', value.text('WS-01.corp.example')),
    { name: 'Security', attributes: { UserID: value.optional(value.sid('S-1-5-18')) } },
  ];
  return {
    name: 'Event',
    attributes: { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
    content: [
      { name: 'System', content: system },
      { xml: dataOf(data), as: event.as ?? 'template' },
    ],
  };
}

function dataOf(data: WindowsEvent['data']): XmlElement {
  if (isElement(data)) return data;
  return {
    name: 'EventData',
    content: Object.entries(data).map(([name, part]) => ({
      name: 'Data',
      attributes: { Name: name },
      content: [part],
    })),
  };
}

function isElement(data: WindowsEvent['data']): data is XmlElement {
  return typeof data.name === 'string';
}

const HEADER = new Set(['Provider_Name', 'EventID', 'Channel', 'Computer', 'EventRecordID']);
const HEADER_ATTRIBUTES =
  /^(?:Provider_Guid|TimeCreated_SystemTime|Execution_(?:Process|Thread)ID|Security_UserID)$/;
const GUID = /^\{?[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\}?$/i;

/** An event of Sigma's flat names, as Windows would have stored it. */
export function fromFlat(event: JsonObject): XmlElement {
  const data = Object.entries(event).filter(([name]) => !HEADER.has(name) && !HEADER_ATTRIBUTES.test(name));
  return windowsEvent({
    provider: String(event.Provider_Name),
    eventId: Number(event.EventID),
    channel: String(event.Channel),
    recordId: Number(event.EventRecordID ?? 1),
    data: Object.fromEntries(data.map(([name, given]) => [name, typed(given)])),
  });
}

function typed(given: Json): Value {
  if (given === null) return value.none();
  if (typeof given === 'boolean') return value.bool(given);
  if (typeof given === 'number') return value.number(given >= 0 && given < 2 ** 32 ? 0x08 : 0x09, given);
  const text = String(given);
  if (/^0x[0-9a-f]{1,16}$/i.test(text)) return value.number(0x15, BigInt(text));
  return GUID.test(text) ? value.guid(text) : value.text(text);
}
