import { isObject, type Json, type JsonObject, ownField } from '../../model/json.js';
import { lift, liftAll, MAX_LIFTED } from '../lift.js';
import { objectField } from '../values.js';

/** Of the header, under which path the receiver has what Sigma's rules call otherwise. */
const HEADER: readonly (readonly [name: string, member: string, inner?: string])[] = [
  ['EventID', 'event_id', 'id'],
  ['Channel', 'channel'],
  ['Provider_Name', 'provider', 'name'],
  ['Computer', 'computer'],
  ['TimeCreated_SystemTime', 'system_time'],
  ['EventRecordID', 'record_id'],
  ['Level', 'level'],
  ['Task', 'task'],
  ['Opcode', 'opcode'],
  ['Keywords', 'keywords'],
  ['Execution_ProcessID', 'execution', 'process_id'],
  ['Security_UserID', 'security', 'user_id'],
];

/** Whether it is an event of OpenTelemetry's `windowseventlog` receiver; of others `event_id` is a number. */
export function isOtelEvent(fields: JsonObject): boolean {
  return isObject(ownField(fields, 'event_id')) && objectField(fields, 'provider') !== null;
}

/** Adds its members under the names that the event itself has. */
export function liftOtelEvent(fields: JsonObject): void {
  for (const [name, member, inner] of HEADER) {
    const value = ownField(fields, member);
    const wanted = inner === undefined ? value : isObject(value) ? ownField(value, inner) : undefined;
    if (wanted !== undefined) lift(fields, name, wanted);
  }
  liftData(fields, objectField(fields, 'event_data'));
  const data = objectField(fields, 'user_data');
  if (data === null) return;
  for (const name of Object.keys(data).slice(0, 4)) if (isObject(data[name])) liftAll(fields, data[name]);
  liftAll(fields, data);
}

/** By the receiver's version a map, in which values without names are `Data1`, `Data2`, or a list of maps with one name each. */
function liftData(fields: JsonObject, data: JsonObject | null): void {
  const list = data === null ? undefined : ownField(data, 'data');
  const nameless: Json[] = [];
  const members = Array.isArray(list) ? list.slice(0, MAX_LIFTED).filter(isObject) : [data ?? {}];
  for (const member of members) {
    for (const name of Object.keys(member).slice(0, MAX_LIFTED)) {
      if (name === '' || /^Data\d{1,3}$/.test(name)) nameless.push(member[name]!);
      else lift(fields, name, member[name]!);
    }
  }
  if (nameless.length > 0) lift(fields, 'Data', nameless);
}
