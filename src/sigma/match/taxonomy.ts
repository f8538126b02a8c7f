import type { EcsField } from '../../model/event.js';
import type { Logsource } from '../../model/logsource.js';

/** Where else a rule's field name is looked up: other names that records use for it, then an ECS field. */
export interface Alias {
  readonly fields: readonly string[];
  readonly ecs: EcsField | null;
}

export type AliasTable = ReadonlyMap<string, Alias>;

type Names = Readonly<Record<string, EcsField | readonly [EcsField | null, ...string[]]>>;

/** For all logsources: the names of generic network and account rules (Sigma taxonomy, "Network"). */
const COMMON: Names = {
  src_ip: 'source.ip',
  src_port: 'source.port',
  dst_ip: 'destination.ip',
  dst_port: 'destination.port',
  username: 'user.name',
  hostname: 'host.name',
};

/** Sigma taxonomy, "Web Server" and "Proxy", and the W3C spellings in use. */
const WEB: Names = {
  'c-ip': 'source.ip',
  'c-uri': 'url.original',
  'cs-uri': 'url.original',
  'c-uri-stem': 'url.path',
  'cs-uri-stem': 'url.path',
  'c-uri-query': 'url.query',
  'cs-uri-query': 'url.query',
  'cs-host': 'url.domain',
  'cs(Host)': 'url.domain',
  'r-dns': 'url.domain',
  'cs-method': 'http.request.method',
  'cs-referer': 'http.request.referrer',
  'cs-referrer': 'http.request.referrer',
  'cs(Referer)': 'http.request.referrer',
  'cs-user-agent': 'user_agent.original',
  'c-useragent': 'user_agent.original',
  'cs(User-Agent)': 'user_agent.original',
  'cs-username': 'user.name',
  'cs-version': 'http.version',
  'cs-bytes': 'source.bytes',
  'sc-bytes': 'http.response.body.bytes',
  'sc-status': 'http.response.status_code',
  's-ip': 'destination.ip',
  's-port': 'destination.port',
};

const DNS: Names = {
  query: 'dns.question.name',
  QueryName: 'dns.question.name',
  record_type: 'dns.question.type',
  qtype: 'dns.question.type',
  rcode: 'dns.response_code',
};

const FIREWALL: Names = {
  action: 'event.action',
  blocked: 'event.action',
  protocol: 'network.transport',
};

/** Sysmon's names, which rules of the generic categories use on every system. */
const PROCESS: Names = {
  Image: 'process.executable',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ProcessId: 'process.pid',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  ParentProcessId: 'process.parent.pid',
  User: 'user.name',
};

const NETWORK_CONNECTION: Names = {
  ...PROCESS,
  SourceIp: ['source.ip', 'SourceAddress'],
  SourcePort: 'source.port',
  DestinationIp: ['destination.ip', 'DestAddress'],
  DestinationPort: ['destination.port', 'DestPort'],
  DestinationHostname: 'destination.domain',
  Protocol: 'network.transport',
};

const FILE: Names = { ...PROCESS, TargetFilename: 'file.path' };

/**
 * Windows: what Sysmon-named rules find in events of the Security log (4688, 4657, 5156; Sigma taxonomy, "Generic
 * Windows Process Creation Events").
 */
const WINDOWS: Names = {
  ...FILE,
  ...NETWORK_CONNECTION,
  Image: ['process.executable', 'NewProcessName', 'Application'],
  CommandLine: ['process.command_line', 'ProcessCommandLine'],
  ParentImage: ['process.parent.executable', 'ParentProcessName'],
  TargetObject: 'registry.path',
  Details: [null, 'NewValue'],
  LogonId: [null, 'SubjectLogonId'],
  QueryName: 'dns.question.name',
  EventID: 'event.code',
  Provider_Name: 'event.provider',
  Computer: 'host.name',
  ComputerName: 'host.name',
};

const BY_PRODUCT: Readonly<Record<string, Names>> = { windows: WINDOWS };

const BY_CATEGORY: Readonly<Record<string, Names>> = {
  webserver: WEB,
  proxy: WEB,
  dns: DNS,
  dns_query: { ...PROCESS, ...DNS },
  firewall: FIREWALL,
  process_creation: PROCESS,
  process_termination: PROCESS,
  network_connection: NETWORK_CONNECTION,
  file_event: FILE,
  file_delete: FILE,
  file_change: FILE,
  file_rename: FILE,
};

/** By `Logsource.id`: logsources are interned, so there are as many tables as normalizers and configs name. */
const tables = new Map<number, AliasTable>();

/** Category names win over those of the product, and these over the common ones. */
export function aliasesOf(logsource: Logsource): AliasTable {
  let table = tables.get(logsource.id);
  if (table === undefined) {
    table = buildTable(logsource);
    tables.set(logsource.id, table);
  }
  return table;
}

function buildTable({ product, categories }: Logsource): AliasTable {
  const table = new Map<string, Alias>();
  const sources: Names[] = [COMMON];
  if (product !== null && Object.hasOwn(BY_PRODUCT, product)) sources.push(BY_PRODUCT[product]!);
  for (const category of categories) {
    // The Windows table holds the categories' names, with more places to look.
    if (product !== 'windows' && Object.hasOwn(BY_CATEGORY, category)) sources.push(BY_CATEGORY[category]!);
  }
  for (const names of sources) {
    for (const [name, target] of Object.entries(names)) table.set(name, toAlias(target));
  }
  return table;
}

function toAlias(target: Names[string]): Alias {
  if (typeof target === 'string') return { fields: [], ecs: target };
  const [ecs, ...fields] = target;
  return { fields, ecs };
}
