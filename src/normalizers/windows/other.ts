import type { Event } from '../../model/event.js';
import { type JsonObject, ownField } from '../../model/json.js';
import { setField } from '../raw-fields.js';
import { addressField, setSource, textField } from '../values.js';
import { setFile, setProcess, setQualifiedUser } from './fields.js';
import { mapClassicPowerShell } from './powershell.js';

/** Channels whose events carry nameless values; winlogbeat calls those `param1`, `param2` … */
const NAMELESS: ReadonlySet<string> = new Set(['Application', 'Windows PowerShell', 'MSExchange Management']);
const MAX_PARAMS = 64;

/** System, PowerShell, Defender, Task Scheduler and the rest: a handful of members with an ECS place. */
export function mapOther(event: Event, fields: JsonObject, channel: string | null): void {
  switch (channel) {
    case 'System':
      event['service.name'] = textField(fields, 'ServiceName');
      setProcess(event, textField(fields, 'ImagePath'));
      event['user.name'] = textField(fields, 'SubjectUserName');
      return;
    case 'Microsoft-Windows-Windows Defender/Operational':
      mapDefender(event, fields);
      return;
    case 'Microsoft-Windows-PowerShell/Operational':
    case 'PowerShellCore/Operational':
      setFile(event, textField(fields, 'Path'));
      return;
    case 'Microsoft-Windows-TerminalServices-LocalSessionManager/Operational':
      setQualifiedUser(event, textField(fields, 'User'));
      setSource(event, addressField(fields, 'Address'));
      return;
    case 'Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational':
      event['user.name'] = textField(fields, 'Param1');
      event['user.domain'] = textField(fields, 'Param2');
      setSource(event, addressField(fields, 'Param3'));
      return;
    case 'Microsoft-Windows-DNS Client Events/Operational':
    case 'Microsoft-Windows-DNS-Client/Operational':
      event['dns.question.name'] = textField(fields, 'QueryName');
      return;
    default:
      setQualifiedUser(event, textField(fields, 'User') ?? textField(fields, 'UserName'));
  }
  if (channel !== null && NAMELESS.has(channel)) gatherParams(event, fields);
  if (channel === 'Windows PowerShell') mapClassicPowerShell(event, fields);
}

/** Sigma's antivirus category calls threat and file `Signature` and `Filename`. */
function mapDefender(event: Event, fields: JsonObject): void {
  const threat = textField(fields, 'ThreatName');
  const path = textField(fields, 'Path');
  event['rule.name'] = threat;
  setFile(event, path);
  setProcess(event, textField(fields, 'ProcessName'));
  setQualifiedUser(event, textField(fields, 'DetectionUser'));
  if (threat !== null) setField(event.record, 'Signature', threat);
  if (path !== null) setField(event.record, 'Filename', path);
}

/** `Data` is what Sigma rules call the nameless values. */
function gatherParams(event: Event, fields: JsonObject): void {
  if (Object.hasOwn(fields, 'Data') || !Object.hasOwn(fields, 'param1')) return;
  const data: string[] = [];
  for (let i = 1; i <= MAX_PARAMS; i++) {
    const value = ownField(fields, `param${i}`);
    if (value === undefined) break;
    if (typeof value === 'string') data.push(value);
  }
  setField(event.record, 'Data', data);
}
