import type { Json, JsonObject } from '../../src/model/json.js';

/**
 * A Windows event under Sigma's names, as other programs would have written it. The tables are those of the programs
 * (Winlogbeat's modules, NXLog's im_msvistalog), kept apart from the pipelines that are tested with them.
 */
export type Shape = (event: JsonObject) => JsonObject;

const HEADER = new Set([
  ...['Provider_Name', 'Provider_Guid', 'EventID', 'Version', 'Level', 'Task', 'Opcode', 'Keywords'],
  ...['TimeCreated_SystemTime', 'EventRecordID', 'Execution_ProcessID', 'Execution_ThreadID', 'Channel'],
  ...['Computer', 'Security_UserID', 'Correlation_ActivityID'],
]);

function headerOf(event: JsonObject): JsonObject {
  return {
    event: { code: String(event.EventID), provider: event.Provider_Name! },
    host: { name: event.Computer! },
    winlog: {
      channel: event.Channel!,
      provider_name: event.Provider_Name!,
      computer_name: event.Computer!,
      record_id: event.EventRecordID!,
      process: { pid: event.Execution_ProcessID!, thread: { id: event.Execution_ThreadID! } },
    },
  };
}

function dataOf(event: JsonObject): [string, Json][] {
  return Object.entries(event).filter(([name]) => !HEADER.has(name));
}

export const winlogbeat: Shape = (event) => {
  const header = headerOf(event);
  return {
    ...header,
    winlog: { ...(header.winlog as JsonObject), event_data: Object.fromEntries(dataOf(event)) },
  };
};

const PE: Readonly<Record<string, string>> = {
  FileVersion: 'file_version',
  Description: 'description',
  Product: 'product',
  Company: 'company',
  OriginalFileName: 'original_file_name',
};

const ECS: Readonly<Record<string, string>> = {
  Image: 'process.executable',
  SourceImage: 'process.executable',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ProcessId: 'process.pid',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  ParentProcessId: 'process.parent.pid',
  TargetFilename: 'file.path',
  ImageLoaded: 'file.path',
  PipeName: 'file.name',
  TargetObject: 'registry.path',
  DestinationIp: 'destination.ip',
  QueryName: 'dns.question.name',
  ProcessName: 'process.executable',
  IpAddress: 'source.ip',
};

/** What Winlogbeat's modules make of it: fields with an ECS name are moved there, hashes are taken apart. */
export const ecs: Shape = (event) => {
  const shaped = winlogbeat(event);
  const data: JsonObject = {};
  const isModule = event.EventID === 7 ? 'file' : 'process';
  const isKnown = event.Channel === 'Security' || event.Provider_Name === 'Microsoft-Windows-Sysmon';
  for (const [name, value] of dataOf(event)) {
    if (!isKnown) data[name] = value;
    else if (name === 'Hashes') putHashes(shaped, isModule, String(value));
    else if (Object.hasOwn(PE, name)) put(shaped, `${isModule}.pe.${PE[name]}`, value);
    else if (Object.hasOwn(ECS, name)) put(shaped, ECS[name]!, value);
    else data[name] = value;
  }
  (shaped.winlog as JsonObject).event_data = data;
  return shaped;
};

function putHashes(event: JsonObject, of: string, text: string): void {
  for (const [, algorithm, hash] of text.matchAll(/([A-Z0-9]+)=([0-9A-F]+)/gi)) {
    const name = algorithm!.toLowerCase();
    put(event, name === 'imphash' ? `${of}.pe.imphash` : `${of}.hash.${name}`, hash!.toLowerCase());
  }
}

function put(event: JsonObject, path: string, value: Json): void {
  const steps = path.split('.');
  const last = steps.pop()!;
  let at = event;
  for (const step of steps) {
    at[step] ??= {};
    at = at[step] as JsonObject;
  }
  at[last] = value;
}

/** The header beside the data; `SourceName` of Defender's data gives way to the provider. */
export const nxlog: Shape = (event) => ({
  ...Object.fromEntries(dataOf(event)),
  EventTime: event.TimeCreated_SystemTime!,
  Hostname: event.Computer!,
  Keywords: event.Keywords!,
  EventID: event.EventID!,
  SourceName: event.Provider_Name!,
  ProviderGuid: event.Provider_Guid!,
  Version: event.Version!,
  TaskValue: event.Task!,
  RecordNumber: event.EventRecordID!,
  ExecutionProcessID: event.Execution_ProcessID!,
  ExecutionThreadID: event.Execution_ThreadID!,
  Channel: event.Channel!,
});

/** The record that OpenTelemetry's collector makes of it; its older versions have a map for each value. */
export function otel(event: JsonObject, isList: boolean): JsonObject {
  const data = dataOf(event);
  const body: JsonObject = {
    channel: event.Channel!,
    computer: event.Computer!,
    event_id: { id: event.EventID!, qualifiers: 0 },
    provider: { name: event.Provider_Name!, guid: event.Provider_Guid!, event_source: '' },
    system_time: event.TimeCreated_SystemTime!,
    record_id: event.EventRecordID!,
    level: 'Information',
    task: '',
    opcode: 'Info',
    keywords: ['Audit Success'],
    message: 'as it is shown',
    event_data: isList
      ? { data: data.map(([name, value]) => ({ [name]: value })) }
      : Object.fromEntries(data.map(([name, value]) => [name === 'Data' ? 'Data1' : name, value])),
  };
  const observedTimeUnixNano = '1795082400123456789';
  return {
    observedTimeUnixNano,
    severityNumber: 9,
    body,
    attributes: {},
    resource: { 'host.name': 'relay' },
  };
}

/** Sysmon's process creation as Security 4688; null for other events. */
export function security4688(event: JsonObject): JsonObject | null {
  if (event.EventID !== 1) return null;
  const [domain, user] = String(event.User).split('\\');
  return {
    Provider_Name: 'Microsoft-Windows-Security-Auditing',
    EventID: 4688,
    Channel: 'Security',
    Computer: event.Computer!,
    SubjectUserName: user ?? '-',
    SubjectDomainName: domain!,
    SubjectLogonId: event.LogonId!,
    NewProcessId: '0x1a2c',
    NewProcessName: event.Image!,
    TokenElevationType: '%%1936',
    ProcessId: '0x4',
    CommandLine: event.CommandLine!,
    ParentProcessName: event.ParentImage!,
    MandatoryLabel: LABELS[String(event.IntegrityLevel)] ?? 'S-1-16-8192',
  };
}

const LABELS: Readonly<Record<string, string>> = {
  Low: 'S-1-16-4096',
  Medium: 'S-1-16-8192',
  High: 'S-1-16-12288',
  System: 'S-1-16-16384',
};
