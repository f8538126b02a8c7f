import type { Event, Outcome } from '../../model/event.js';
import { type Json, type JsonObject, ownField } from '../../model/json.js';
import { setField } from '../raw-fields.js';
import { addressField, portField, setTransport, textField } from '../values.js';
import type { WindowsAction } from './actions.js';
import { processId, setFile, setParent, setProcess, sidField } from './fields.js';

/** Members of the Security log: who (`Subject…`), to whom (`Target…`), from where, by which process. */
export function mapSecurity(
  event: Event,
  fields: JsonObject,
  eventId: number,
  action: WindowsAction | undefined,
): void {
  setActor(event, fields, action?.actor ?? 'Subject');
  if (action?.target === 'user') setTargetUser(event, fields);
  else if (action?.target === 'group') setTargetGroup(event, fields);
  setOrigin(event, fields);
  setLogon(event, fields, eventId);
  mapProcess(event, fields, eventId);
  if (eventId === 5156 || eventId === 5157) mapConnection(event, fields);
  else if (eventId === 4657) mapRegistryValue(event, fields);
  else if (eventId === 4697) mapService(event, fields);
  else mapObject(event, fields);
  event['event.outcome'] = action?.outcome ?? statusOutcome(fields) ?? auditOutcome(fields);
  if (event['event.outcome'] === 'failure') event['event.reason'] = failureReason(fields);
}

function setActor(event: Event, fields: JsonObject, actor: 'Subject' | 'Target'): void {
  if (actor === 'Target') {
    event['user.name'] = textField(fields, 'TargetUserName');
    event['user.domain'] = textField(fields, 'TargetDomainName');
    event['user.id'] = sidField(fields, 'TargetUserSid') ?? sidField(fields, 'TargetSid');
    return;
  }
  // Session reconnected and disconnected (4778, 4779) know an account and no subject.
  event['user.name'] = textField(fields, 'SubjectUserName') ?? textField(fields, 'AccountName');
  event['user.domain'] = textField(fields, 'SubjectDomainName') ?? textField(fields, 'AccountDomain');
  event['user.id'] = sidField(fields, 'SubjectUserSid');
}

function setTargetUser(event: Event, fields: JsonObject): void {
  event['user.target.name'] = textField(fields, 'TargetUserName') ?? textField(fields, 'NewTargetUserName');
  event['user.target.domain'] = textField(fields, 'TargetDomainName');
  event['user.target.id'] = sidField(fields, 'TargetSid');
}

/** Group events: `Target…` is the group, `Member…` who came or went, as a distinguished name. */
function setTargetGroup(event: Event, fields: JsonObject): void {
  event['group.name'] = textField(fields, 'TargetUserName');
  event['group.id'] = sidField(fields, 'TargetSid');
  event['user.target.id'] = sidField(fields, 'MemberSid');
  const member = textField(fields, 'MemberName');
  if (member === null) return;
  const start = /^cn=/i.test(member) ? 3 : 0;
  const end = member.indexOf(',', start);
  event['user.target.name'] = member.slice(start, end < 0 ? undefined : end);
}

function setOrigin(event: Event, fields: JsonObject): void {
  const ip = addressField(fields, 'IpAddress') ?? addressField(fields, 'ClientAddress');
  event['source.ip'] = ip;
  if (ip !== null) event['source.port'] = originPort(fields);
  event['source.domain'] =
    textField(fields, 'WorkstationName') ??
    textField(fields, 'Workstation') ??
    textField(fields, 'ClientName');
}

/** Port 0 means that none was recorded. */
function originPort(fields: JsonObject): number | null {
  const port = portField(fields, 'IpPort');
  return port === 0 ? null : port;
}

/** Logon events keep type and domain under the short names that rules and people know them by. */
function setLogon(event: Event, fields: JsonObject, eventId: number): void {
  const logonType = textField(fields, 'LogonType');
  if (logonType !== null) setField(event.record, 'logon_type', logonType);
  if (eventId === 4647 || (eventId === 4634 && logonType === '10')) {
    event.session = { change: 'close', kind: 'login', id: textField(fields, 'TargetLogonId') };
  }
  if (eventId !== 4624 && eventId !== 4625) return;
  if (event['user.domain'] !== null) setField(event.record, 'domain', event['user.domain']);
  if (eventId === 4624 && logonType === '10' && event['source.ip'] !== null) {
    event.session = { change: 'open', kind: 'login', id: textField(fields, 'TargetLogonId') };
  }
}

/** 4688 names the new process `New…` and its creator `Process…`; the others name the caller `Process…`. */
function mapProcess(event: Event, fields: JsonObject, eventId: number): void {
  if (eventId !== 4688) {
    setProcess(event, textField(fields, 'ProcessName'));
    event['process.pid'] = processId(fields, 'ProcessId');
    return;
  }
  setProcess(event, textField(fields, 'NewProcessName'));
  event['process.pid'] = processId(fields, 'NewProcessId');
  event['process.command_line'] = textField(fields, 'CommandLine') ?? textField(fields, 'ProcessCommandLine');
  setParent(event, textField(fields, 'ParentProcessName'));
  event['process.parent.pid'] = processId(fields, 'ProcessId');
}

/** Windows Filtering Platform. `%%14593` is outbound: what Sysmon calls `Initiated: true`. */
function mapConnection(event: Event, fields: JsonObject): void {
  setProcess(event, textField(fields, 'Application'));
  event['process.pid'] = processId(fields, 'ProcessID');
  event['source.ip'] = addressField(fields, 'SourceAddress');
  event['source.port'] = portField(fields, 'SourcePort');
  event['destination.ip'] = addressField(fields, 'DestAddress');
  event['destination.port'] = portField(fields, 'DestPort');
  setTransport(event, textField(fields, 'Protocol'));
  // Rules ask for Sysmon's word; the number stays as network.iana_number.
  if (event['network.iana_number'] !== null) fields.Protocol = event['network.transport'];
  const direction = textField(fields, 'Direction');
  if (direction !== '%%14592' && direction !== '%%14593') return;
  event['network.direction'] = direction === '%%14593' ? 'outbound' : 'inbound';
  setField(event.record, 'Initiated', direction === '%%14593' ? 'true' : 'false');
}

/** 4657 as Sysmon's 13: the key under its hive's short name and the value's name are one path, numbers have their type. */
function mapRegistryValue(event: Event, fields: JsonObject): void {
  const key = textField(fields, 'ObjectName');
  if (key === null) return;
  const value = textField(fields, 'ObjectValueName');
  const hive = key
    .replace(/^\\REGISTRY\\MACHINE/i, 'HKLM')
    .replace(/^\\REGISTRY\\USER/i, 'HKU')
    .replace(CONTROL_SET, '$1CurrentControlSet');
  event['registry.path'] = value === null ? hive : `${hive}\\${value}`;
  const details = textField(fields, 'NewValue');
  if (details !== null)
    setField(event.record, 'Details', typedValue(details, textField(fields, 'NewValueType')));
}

/** The kernel knows control sets by number; the first is the current one unless a boot failed. */
const CONTROL_SET = /^(HKLM\\SYSTEM\\)ControlSet001(?=\\|$)/i;

/** `%%1876` is REG_DWORD. */
function typedValue(text: string, type: string | null): string {
  if ((type !== '%%1876' && type !== 'REG_DWORD') || !/^(?:[0-9]{1,10}|0x[0-9a-f]{1,8})$/i.test(text))
    return text;
  return `DWORD (0x${Number(text).toString(16).padStart(8, '0')})`;
}

function mapService(event: Event, fields: JsonObject): void {
  event['service.name'] = textField(fields, 'ServiceName');
  setProcess(event, textField(fields, 'ServiceFileName'));
}

function mapObject(event: Event, fields: JsonObject): void {
  const type = textField(fields, 'ObjectType');
  if (type === 'File') setFile(event, textField(fields, 'ObjectName'));
  else if (type === 'Key') event['registry.path'] = textField(fields, 'ObjectName');
}

/** Kerberos and NTLM results: `Status` 0x0 is success. */
function statusOutcome(fields: JsonObject): Outcome | null {
  const status = textField(fields, 'Status');
  if (status === null || !status.startsWith('0x')) return null;
  return Number(status) === 0 ? 'success' : 'failure';
}

/** Keywords bits of the audit policy (evt.h): 0x10… failure, 0x20… success; or their names; or NXLog's EventType. */
function auditOutcome(fields: JsonObject): Outcome | null {
  const keywords: Json | undefined = ownField(fields, 'Keywords');
  const word = typeof keywords === 'string' ? keywords : Array.isArray(keywords) ? keywords[0] : null;
  const type = typeof word === 'string' ? word : textField(fields, 'EventType');
  if (type === null || type === undefined) return null;
  if (type.startsWith('0x801') || type === 'Audit Failure' || type === 'AUDIT_FAILURE') return 'failure';
  if (type.startsWith('0x802') || type === 'Audit Success' || type === 'AUDIT_SUCCESS') return 'success';
  return typeof word === 'string' && textField(fields, 'EventType') === 'AUDIT_FAILURE' ? 'failure' : null;
}

/** NTSTATUS of 4625 and 4776 (ntstatus.h), in words. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['0xc0000064', 'unknown user'],
  ['0xc000006a', 'wrong password'],
  ['0xc000006d', 'bad user name or password'],
  ['0xc000006f', 'outside logon hours'],
  ['0xc0000070', 'workstation not allowed'],
  ['0xc0000071', 'password expired'],
  ['0xc0000072', 'account disabled'],
  ['0xc000015b', 'logon type not granted'],
  ['0xc0000193', 'account expired'],
  ['0xc0000224', 'password must change'],
  ['0xc0000234', 'account locked out'],
]);

function failureReason(fields: JsonObject): string | null {
  return reasonOf(textField(fields, 'SubStatus')) ?? reasonOf(textField(fields, 'Status'));
}

function reasonOf(status: string | null): string | null {
  if (status === null || status.length > 10) return null;
  return REASONS.get(status.toLowerCase()) ?? null;
}
