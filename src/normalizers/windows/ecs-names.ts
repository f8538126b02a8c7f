import { isObject, type Json, type JsonObject } from '../../model/json.js';
import { lift } from '../lift.js';
import { toText } from '../values.js';

const SYSMON = 'Microsoft-Windows-Sysmon';
const SECURITY = 'Microsoft-Windows-Security-Auditing';

type Names = readonly (readonly [name: string, ...paths: readonly string[]])[];

const PROCESS: Names = [
  ['CommandLine', 'process.command_line'],
  ['CurrentDirectory', 'process.working_directory'],
  ['ProcessId', 'process.pid'],
  ['ProcessGuid', 'process.entity_id'],
  ['ParentImage', 'process.parent.executable'],
  ['ParentCommandLine', 'process.parent.command_line'],
  ['ParentProcessId', 'process.parent.pid'],
  ['ParentProcessGuid', 'process.parent.entity_id'],
];
const CONNECTION: Names = [
  ['SourceIp', 'source.ip'],
  ['SourcePort', 'source.port'],
  ['SourceHostname', 'source.domain'],
  ['DestinationIp', 'destination.ip'],
  ['DestinationPort', 'destination.port'],
  ['DestinationHostname', 'destination.domain'],
  ['Protocol', 'network.transport'],
];
const FILE: Names = [['TargetFilename', 'file.path']];
const LOADED: Names = [
  ['ImageLoaded', 'dll.path', 'file.path'],
  ['Signed', 'dll.code_signature.signed', 'file.code_signature.signed'],
  ['Signature', 'dll.code_signature.subject_name', 'file.code_signature.subject_name'],
  ['SignatureStatus', 'dll.code_signature.status', 'file.code_signature.status'],
];
const REGISTRY: Names = [
  ['TargetObject', 'registry.path'],
  ['Details', 'registry.data.strings'],
];
const PIPE: Names = [['PipeName', 'file.name']];
const OF_SYSMON: ReadonlyMap<number, Names> = new Map([
  ...[2, 11, 15, 23, 26, 27, 28, 29].map((id) => [id, FILE] as const),
  [3, CONNECTION],
  [6, LOADED],
  [7, LOADED],
  ...[12, 13, 14].map((id) => [id, REGISTRY] as const),
  [17, PIPE],
  [18, PIPE],
  [22, [['QueryName', 'dns.question.name']]],
]);
const OF_SECURITY: ReadonlyMap<number, Names> = new Map([
  [
    4688,
    [
      ['NewProcessName', 'process.executable'],
      ['CommandLine', 'process.command_line'],
      ['ParentProcessName', 'process.parent.executable'],
    ],
  ],
]);
const OTHERS: Names = [['ScriptBlockText', 'powershell.file.script_block_text']];
const LOGIN: Names = [
  ['IpAddress', 'source.ip'],
  ['IpPort', 'source.port'],
  ['WorkstationName', 'source.domain'],
  ['ProcessName', 'process.executable'],
];
const PE: Names = [
  ['FileVersion', 'file_version'],
  ['Description', 'description'],
  ['Product', 'product'],
  ['Company', 'company'],
  ['OriginalFileName', 'original_file_name'],
];

/**
 * Adds what the modules of Winlogbeat and the Windows integration of the Elastic Agent moved out of `winlog.event_data` to where ECS has
 * it, under the names of the event itself.
 */
export function liftEcsNames(fields: JsonObject, provider: string | null, eventId: number): void {
  if (provider === SYSMON) liftSysmon(fields, eventId);
  else if (provider === SECURITY) liftNames(fields, OF_SECURITY.get(eventId) ?? LOGIN);
  else liftNames(fields, OTHERS);
}

function liftSysmon(fields: JsonObject, eventId: number): void {
  // The two that one process does to another.
  const image = eventId === 8 || eventId === 10 ? 'SourceImage' : 'Image';
  liftNames(fields, [[image, 'process.executable']]);
  liftNames(fields, PROCESS);
  liftNames(fields, OF_SYSMON.get(eventId) ?? []);
  liftUser(fields);
  for (const of of eventId === 1 ? ['process'] : ['dll', 'file']) {
    const pe = at(fields, `${of}.pe`);
    if (isObject(pe)) liftNames(fields, PE, pe);
    liftHashes(fields, at(fields, `${of}.hash`), pe);
  }
}

function liftNames(fields: JsonObject, names: Names, from: JsonObject = fields): void {
  for (const [name, ...paths] of names) {
    for (const path of paths) {
      const value = at(from, path);
      if (value === undefined) continue;
      lift(fields, name, Array.isArray(value) && value.length === 1 ? value[0]! : value);
      break;
    }
  }
}

/** `CORP\bob`, which ECS has apart. */
function liftUser(fields: JsonObject): void {
  const domain = at(fields, 'user.domain');
  const name = at(fields, 'user.name');
  if (typeof name !== 'string') return;
  lift(fields, 'User', typeof domain === 'string' ? `${domain}\\${name}` : name);
}

/** `MD5=…,SHA256=…,IMPHASH=…`. */
function liftHashes(fields: JsonObject, hashes: Json | undefined, pe: Json | undefined): void {
  const all = isObject(hashes) ? Object.entries(hashes) : [];
  if (isObject(pe) && pe.imphash !== undefined) all.push(['imphash', pe.imphash]);
  const texts = all.flatMap(([name, value]) => {
    const hash = toText(value);
    return hash === null ? [] : [`${name}=${hash}`.toUpperCase()];
  });
  if (texts.length > 0) lift(fields, 'Hashes', texts.join(','));
}

function at(fields: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = fields;
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}
