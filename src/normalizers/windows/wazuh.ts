import { isObject, type Json, type JsonObject, ownField } from '../../model/json.js';
import { lift, MAX_LIFTED } from '../lift.js';
import { objectField } from '../values.js';

/** Of the header, what Sigma's rules call otherwise. */
const HEADER: ReadonlyMap<string, string> = new Map([
  ['eventID', 'EventID'],
  ['channel', 'Channel'],
  ['providerName', 'Provider_Name'],
  ['computer', 'Computer'],
  ['systemTime', 'TimeCreated_SystemTime'],
  ['level', 'Level'],
  ['keywords', 'Keywords'],
  ['task', 'Task'],
  ['opcode', 'Opcode'],
  ['eventRecordID', 'EventRecordID'],
]);
/** By the manager's version and the event's template. */
const DATA = ['eventdata', 'eventData', 'userData', 'eventInfo'];
const BACKSLASHES = /\\+/g;

/** What a Wazuh agent sent of the Windows event log: `win`, in archives and alerts below `data`; null = nothing. */
export function wazuhEvent(fields: JsonObject): JsonObject | null {
  const data = objectField(fields, 'data');
  const win = objectField(fields, 'win') ?? (data === null ? null : objectField(data, 'win'));
  return win !== null && objectField(win, 'system') !== null ? win : null;
}

/** Adds its members under the names that the event itself has: Wazuh writes their first letter small. */
export function liftWazuhEvent(fields: JsonObject, win: JsonObject): void {
  const system = objectField(win, 'system')!;
  for (const [name, flat] of HEADER) {
    const value = ownField(system, name);
    if (value !== undefined) lift(fields, flat, value);
  }
  for (const part of DATA) {
    const data = ownField(win, part);
    if (!isObject(data)) continue;
    for (const name of Object.keys(data).slice(0, MAX_LIFTED))
      lift(fields, name.charAt(0).toUpperCase() + name.slice(1), singleBackslashes(data[name]!));
  }
}

/** `C:\\Windows`: what was escaped for JSON once is so twice. A path of its own has single ones somewhere. */
function singleBackslashes(value: Json): Json {
  if (typeof value !== 'string' || !value.includes('\\\\')) return value;
  const runs = value.match(BACKSLASHES)!;
  if (runs.some(({ length }) => length % 2 === 1)) return value;
  return value.replace(BACKSLASHES, (run) => run.slice(run.length / 2));
}
