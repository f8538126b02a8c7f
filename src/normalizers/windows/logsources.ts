import { closedLogsource, type Logsource } from '../../model/logsource.js';
import { CHANNELS, servicesOf } from './channels.js';

/**
 * Sigma's `category` of a Windows event: the taxonomy's table of channel and event id, with the built-in events
 * that say the same as a Sysmon event (Security 4688, 4689, 4657, 5156; Defender's detections).
 */
const CATEGORIES: Readonly<Record<string, Readonly<Record<number, readonly string[]>>>> = {
  'Microsoft-Windows-Sysmon/Operational': {
    1: ['process_creation'],
    2: ['file_change'],
    3: ['network_connection'],
    4: ['sysmon_status'],
    5: ['process_termination'],
    6: ['driver_load'],
    7: ['image_load'],
    8: ['create_remote_thread'],
    9: ['raw_access_thread'],
    10: ['process_access'],
    11: ['file_event'],
    12: ['registry_event', 'registry_add', 'registry_delete'],
    13: ['registry_event', 'registry_set'],
    14: ['registry_event', 'registry_rename'],
    15: ['create_stream_hash'],
    16: ['sysmon_status'],
    17: ['pipe_created'],
    18: ['pipe_created'],
    19: ['wmi_event'],
    20: ['wmi_event'],
    21: ['wmi_event'],
    22: ['dns_query'],
    23: ['file_delete'],
    24: ['clipboard_capture', 'clipboard_change'],
    25: ['process_tampering'],
    26: ['file_delete', 'file_delete_detected'],
    27: ['file_block_executable'],
    28: ['file_block_shredding'],
    29: ['file_executable_detected'],
    255: ['sysmon_error'],
  },
  Security: {
    4657: ['registry_event', 'registry_set'],
    4688: ['process_creation'],
    4689: ['process_termination'],
    5156: ['network_connection'],
  },
  'Microsoft-Windows-PowerShell/Operational': { 4103: ['ps_module'], 4104: ['ps_script'] },
  'PowerShellCore/Operational': { 4103: ['ps_module'], 4104: ['ps_script'] },
  'Windows PowerShell': {
    400: ['ps_classic_start'],
    600: ['ps_classic_provider_start'],
    800: ['ps_classic_script'],
  },
  'Microsoft-Windows-Windows Defender/Operational': Object.fromEntries(
    [1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116].map((id) => [id, ['antivirus']]),
  ),
};

/** ETW provider of file_access and file_rename; its event ids are those of its manifest. */
const KERNEL_FILE = 'Microsoft-Windows-Kernel-File';
const KERNEL_FILE_CATEGORIES = new Map([
  [12, 'file_access'],
  [19, 'file_rename'],
  [26, 'file_delete'],
  [27, 'file_rename'],
  [30, 'file_event'],
]);

const WINDOWS = closedLogsource({ product: 'windows' });
const REGISTRY_ADD = sysmon(['registry_event', 'registry_add']);
const REGISTRY_DELETE = sysmon(['registry_event', 'registry_delete']);
const SYSMON_FOR_LINUX = new Map<number, Logsource>(
  Object.entries({
    1: 'process_creation',
    3: 'network_connection',
    5: 'process_termination',
    11: 'file_event',
    23: 'file_delete',
  }).map(([id, category]) => [
    Number(id),
    closedLogsource({ product: 'linux', categories: [category], services: ['sysmon'] }),
  ]),
);
const LINUX_SYSMON = closedLogsource({ product: 'linux', services: ['sysmon'] });
const RPC_FIREWALL = closedLogsource({ product: 'rpc_firewall', categories: ['application'] });

interface Channel {
  readonly rest: Logsource;
  readonly byEventId: ReadonlyMap<number, Logsource>;
}

const BY_CHANNEL: ReadonlyMap<string, Channel> = new Map(
  CHANNELS.map((channel) => [channel, buildChannel(channel)]),
);

const BY_KERNEL_FILE_ID: ReadonlyMap<number, Logsource> = new Map(
  [...KERNEL_FILE_CATEGORIES].map(([id, category]) => [
    id,
    closedLogsource({ product: 'windows', categories: [category] }),
  ]),
);

/**
 * The closed logsource of a Windows event. `channel` is null or as `knownChannel` spells it; `eventType` is
 * Sysmon's EventType, which tells a registry key's creation from its deletion within event 12.
 */
export function windowsLogsource(
  channel: string | null,
  provider: string | null,
  eventId: number,
  eventType: string | null,
): Logsource {
  const known = channel === null ? undefined : BY_CHANNEL.get(channel);
  if (known === undefined) {
    return provider === KERNEL_FILE ? (BY_KERNEL_FILE_ID.get(eventId) ?? WINDOWS) : WINDOWS;
  }
  const logsource = known.byEventId.get(eventId) ?? known.rest;
  if (eventId !== 12 || eventType === null || logsource === known.rest) return logsource;
  if (eventType.startsWith('Create')) return REGISTRY_ADD;
  return eventType.startsWith('Delete') ? REGISTRY_DELETE : logsource;
}

/** Events that are shaped like Windows events and are not: Sysmon for Linux, RPC Firewall. Null for others. */
export function foreignLogsource(
  channel: string | null,
  provider: string | null,
  eventId: number,
): Logsource | null {
  if (channel === 'RPCFW' || provider === 'RPCFW') return RPC_FIREWALL;
  if (provider === 'Linux-Sysmon' || channel === 'Linux-Sysmon/Operational') {
    return SYSMON_FOR_LINUX.get(eventId) ?? LINUX_SYSMON;
  }
  return null;
}

function buildChannel(channel: string): Channel {
  const services = servicesOf(channel);
  const byEventId = new Map<number, Logsource>();
  for (const [id, categories] of Object.entries(CATEGORIES[channel] ?? {})) {
    byEventId.set(Number(id), closedLogsource({ product: 'windows', categories, services }));
  }
  return { rest: closedLogsource({ product: 'windows', services }), byEventId };
}

function sysmon(categories: readonly string[]): Logsource {
  return closedLogsource({ product: 'windows', categories, services: ['sysmon'] });
}
