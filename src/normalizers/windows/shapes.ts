import { isObject, type Json, type JsonObject, ownField } from '../../model/json.js';
import { lift, liftAll, MAX_LIFTED } from '../lift.js';
import { objectField, textField, toText } from '../values.js';
import { liftEcsNames } from './ecs-names.js';
import { isOtelEvent, liftOtelEvent } from './otel.js';
import { liftWazuhEvent, wazuhEvent } from './wazuh.js';

/** Header of one Windows event, whatever shipped it. */
export interface WindowsHeader {
  readonly eventId: number;
  readonly channel: string | null;
  readonly provider: string | null;
  readonly computer: string | null;
}

/**
 * Reads the header and makes the members of EventData and UserData reachable under the flat names that Sigma's
 * Windows rules use (`EventID`, `Channel`, `Provider_Name`, `Computer`, `Image`, `CommandLine` …): nested ones are
 * added to `fields` unless it has a member of that name. Null, with `fields` untouched, when it is no such event.
 *
 * Shapes: flat (Sysmon tools, NXLog, evtx dumps), winlogbeat ≥ 7 (`winlog.*`), winlogbeat ≤ 6 (`event_data` at the
 * top), OpenTelemetry (`event_id: {id}`), evtx exports (`Event.System`/`System`), EvtxECmd (`EventId` and a `Payload` of JSON in
 * JSON), Wazuh (`win`).
 */
export function readWindowsEvent(fields: JsonObject): WindowsHeader | null {
  if (Object.hasOwn(fields, 'EventID')) return readFlat(fields);
  const winlog = ownField(fields, 'winlog');
  if (isObject(winlog)) return readWinlogbeat(fields, winlog);
  if (Object.hasOwn(fields, 'event_id'))
    return isOtelEvent(fields) ? readOtel(fields) : readWinlogbeat(fields, fields);
  if (Object.hasOwn(fields, 'winlog.event_id')) return readDotted(fields);
  if (Object.hasOwn(fields, 'EventId')) return readEvtxECmd(fields);
  const event = objectField(fields, 'Event') ?? fields;
  const system = ownField(event, 'System');
  if (isObject(system)) return readEvtx(fields, event, system);
  const win = wazuhEvent(fields);
  return win === null ? null : readWazuh(fields, win);
}

function readWazuh(fields: JsonObject, win: JsonObject): WindowsHeader | null {
  if (toEventId(ownField(objectField(win, 'system')!, 'eventID')) < 0) return null;
  liftWazuhEvent(fields, win);
  return readFlat(fields);
}

function readOtel(fields: JsonObject): WindowsHeader | null {
  if (toEventId(ownField(objectField(fields, 'event_id')!, 'id')) < 0) return null;
  liftOtelEvent(fields);
  return readFlat(fields);
}

function readFlat(fields: JsonObject): WindowsHeader | null {
  const eventId = toEventId(ownField(fields, 'EventID'));
  if (eventId < 0) return null;
  const channel = textField(fields, 'Channel') ?? textField(fields, 'EventLog');
  const provider =
    textField(fields, 'Provider_Name') ??
    textField(fields, 'ProviderName') ??
    textField(fields, 'SourceName') ??
    textField(fields, 'EventSourceName') ??
    textField(fields, 'Provider');
  if (channel === null && provider === null) return readBare(fields, eventId);
  const computer = textField(fields, 'Computer') ?? textField(fields, 'Hostname');
  if (provider !== null) lift(fields, 'Provider_Name', provider);
  liftAll(fields, objectField(fields, 'EventData'));
  return { eventId, channel, provider, computer };
}

/** Neither channel nor provider: the members that only Sysmon or only the Security log has tell. */
function readBare(fields: JsonObject, eventId: number): WindowsHeader | null {
  const computer = textField(fields, 'Computer') ?? textField(fields, 'Hostname');
  if (Object.hasOwn(fields, 'ProcessGuid') || Object.hasOwn(fields, 'UtcTime')) {
    return { eventId, channel: null, provider: 'Microsoft-Windows-Sysmon', computer };
  }
  if (Object.hasOwn(fields, 'SubjectUserName') || Object.hasOwn(fields, 'TargetUserName')) {
    return { eventId, channel: null, provider: 'Microsoft-Windows-Security-Auditing', computer };
  }
  return null;
}

function readWinlogbeat(fields: JsonObject, winlog: JsonObject): WindowsHeader | null {
  const eventId = toEventId(ownField(winlog, 'event_id'));
  const channel = textField(winlog, 'channel') ?? textField(winlog, 'log_name');
  const provider = textField(winlog, 'provider_name') ?? textField(winlog, 'source_name');
  if (eventId < 0 || (channel === null && provider === null)) return null;
  const computer = textField(winlog, 'computer_name');
  liftHeader(fields, eventId, channel, provider, computer);
  liftAll(fields, objectField(winlog, 'event_data'));
  liftAll(fields, objectField(winlog, 'user_data'));
  if (mayBeEcs(fields)) liftEcsNames(fields, provider, eventId);
  if (Object.hasOwn(winlog, 'keywords')) lift(fields, 'Keywords', winlog.keywords!);
  return { eventId, channel, provider, computer };
}

/** What modules make of an event is in one of these; without them Winlogbeat has neither. */
function mayBeEcs(fields: JsonObject): boolean {
  return ECS_OBJECTS.some((name) => fields[name] !== undefined);
}

const ECS_OBJECTS = ['process', 'registry', 'file', 'dll', 'source', 'dns', 'powershell'];

const DOTTED = 'winlog.event_data.';

/** winlogbeat flattened by the shipper: `"winlog.event_data.Image": …`. */
function readDotted(fields: JsonObject): WindowsHeader | null {
  const eventId = toEventId(ownField(fields, 'winlog.event_id'));
  const channel = textField(fields, 'winlog.channel');
  const provider = textField(fields, 'winlog.provider_name');
  if (eventId < 0 || (channel === null && provider === null)) return null;
  const computer = textField(fields, 'winlog.computer_name');
  liftHeader(fields, eventId, channel, provider, computer);
  let left = MAX_LIFTED;
  for (const name of Object.keys(fields)) {
    if (!name.startsWith(DOTTED)) continue;
    if (left-- === 0) break;
    lift(fields, name.slice(DOTTED.length), fields[name]!);
  }
  return { eventId, channel, provider, computer };
}

function readEvtx(fields: JsonObject, event: JsonObject, system: JsonObject): WindowsHeader | null {
  const eventId = toEventId(unwrap(ownField(system, 'EventID')));
  if (eventId < 0) return null;
  const channel = toText(unwrap(ownField(system, 'Channel')));
  const provider = attribute(system, 'Provider', 'Name');
  if (channel === null && provider === null) return null;
  const computer = toText(unwrap(ownField(system, 'Computer')));
  liftHeader(fields, eventId, channel, provider, computer);
  liftSystem(fields, system);
  const data = ownField(event, 'EventData');
  if (isObject(data)) liftEventData(fields, data);
  liftUserData(fields, objectField(event, 'UserData'));
  return { eventId, channel, provider, computer };
}

/** EvtxECmd: the header is flat, what the event says stands as JSON text in `Payload`. */
function readEvtxECmd(fields: JsonObject): WindowsHeader | null {
  const eventId = toEventId(ownField(fields, 'EventId'));
  const channel = textField(fields, 'Channel');
  const provider = textField(fields, 'Provider');
  const payload = parsedPayload(ownField(fields, 'Payload'));
  if (eventId < 0 || channel === null || payload === null) return null;
  const computer = textField(fields, 'Computer');
  liftHeader(fields, eventId, channel, provider, computer);
  const data = objectField(payload, 'EventData');
  if (data !== null) liftEventData(fields, data);
  liftUserData(fields, objectField(payload, 'UserData'));
  return { eventId, channel, provider, computer };
}

function parsedPayload(text: Json | undefined): JsonObject | null {
  if (typeof text !== 'string' || !text.startsWith('{')) return null;
  try {
    const value = JSON.parse(text) as JsonObject;
    return isDeeper(value, MAX_PAYLOAD_DEPTH) ? null : value;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** EventData, Data, the list's member, its text. */
const MAX_PAYLOAD_DEPTH = 8;

function isDeeper(value: Json, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}

/** Header attributes as Sigma writes them: element and attribute joined by `_`. */
function liftSystem(fields: JsonObject, system: JsonObject): void {
  for (const name of ['Level', 'Keywords', 'Task', 'Opcode', 'EventRecordID'] as const) {
    const value = unwrap(ownField(system, name));
    if (value !== undefined) lift(fields, name, value);
  }
  liftAttribute(fields, system, 'TimeCreated', 'SystemTime');
  liftAttribute(fields, system, 'Execution', 'ProcessID');
  liftAttribute(fields, system, 'Security', 'UserID');
}

function liftAttribute(fields: JsonObject, system: JsonObject, element: string, name: string): void {
  const value = attribute(system, element, name);
  if (value !== null) lift(fields, `${element}_${name}`, value);
}

/** `EventData` as an object of names, or as XML converters leave it: `Data: [{"@Name": …, "#text": …}]`. */
function liftEventData(fields: JsonObject, data: JsonObject): void {
  const list = ownField(data, 'Data');
  const members = Array.isArray(list) ? list : isObject(list) ? [list] : null;
  if (members === null) {
    liftAll(fields, data);
    return;
  }
  const nameless: Json[] = [];
  for (let i = 0; i < members.length && i < MAX_LIFTED; i++) {
    const member = members[i]!;
    const name = isObject(member) ? dataName(member) : null;
    if (name === null) nameless.push(unwrap(member) ?? '');
    else lift(fields, name, unwrap(member) ?? '');
  }
  if (nameless.length > 0) lift(fields, 'Data', nameless);
  const { Data: _, ...others } = data;
  liftAll(fields, others);
}

/** `UserData` holds one element named after the event's template; its members are what counts. */
function liftUserData(fields: JsonObject, data: JsonObject | null): void {
  if (data === null) return;
  for (const name of Object.keys(data).slice(0, 4)) {
    const template = data[name];
    if (isObject(template)) liftAll(fields, template);
  }
}

function dataName(member: JsonObject): string | null {
  return (
    textField(member, '@Name') ??
    textField(member, 'Name') ??
    textField(objectField(member, '#attributes') ?? {}, 'Name')
  );
}

/** An attribute of an XML element in the spellings of evtx_dump (both of them), Velociraptor, chainsaw and xmltodict. */
function attribute(system: JsonObject, element: string, name: string): string | null {
  const apart = objectField(system, `${element}_attributes`);
  if (apart !== null) return textField(apart, name);
  const value = ownField(system, element);
  if (!isObject(value)) return element === 'Provider' ? toText(value) : null;
  return (
    textField(value, name) ??
    textField(value, `@${name}`) ??
    textField(objectField(value, '#attributes') ?? {}, name)
  );
}

/** The text of an element that converters wrapped in an object because it had attributes. */
function unwrap(value: Json | undefined): Json | undefined {
  if (!isObject(value)) return value;
  return ownField(value, '#text') ?? ownField(value, 'Value') ?? ownField(value, 'text');
}

function liftHeader(
  fields: JsonObject,
  eventId: number,
  channel: string | null,
  provider: string | null,
  computer: string | null,
): void {
  lift(fields, 'EventID', eventId);
  if (channel !== null) lift(fields, 'Channel', channel);
  if (provider !== null) lift(fields, 'Provider_Name', provider);
  if (computer !== null) lift(fields, 'Computer', computer);
}

/** An event id 0..65535 as number or decimal text, else -1. */
function toEventId(value: Json | undefined): number {
  const id = typeof value === 'string' && value.length <= 5 ? Number(value) : value;
  return typeof id === 'number' && Number.isInteger(id) && id >= 0 && id <= 65_535 ? id : -1;
}
