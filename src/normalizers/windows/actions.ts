import * as ecs from '../ecs.js';

/** What one event id means in ECS. */
export interface WindowsAction {
  readonly action: string;
  readonly category: readonly string[];
  readonly type: readonly string[];
  readonly outcome: 'success' | 'failure' | null;
  /** Whose prefix `user.*` has: `Subject` did it, or `Target` logged on. */
  readonly actor: 'Subject' | 'Target';
  /** What the `Target…` members are, when they are not the actor. */
  readonly target: 'none' | 'user' | 'group';
}

/** Event id → meaning, per channel; event.action words are this project's own, in snake case. */
const SECURITY: ReadonlyMap<number, WindowsAction> = new Map([
  ...logons([
    [4624, 'logged_in', 'success'],
    [4625, 'logon_failed', 'failure'],
    [4634, 'logged_out', null],
    [4647, 'logged_out', null],
    [4768, 'kerberos_tgt_requested', null],
    [4769, 'kerberos_ticket_requested', null],
    [4770, 'kerberos_ticket_renewed', null],
    [4771, 'kerberos_preauth_failed', 'failure'],
    [4772, 'kerberos_tgt_failed', 'failure'],
    [4776, 'credential_validated', null],
    [4777, 'credential_validation_failed', 'failure'],
    [4800, 'workstation_locked', null],
    [4801, 'workstation_unlocked', null],
  ]),
  ...accounts(ecs.USER_CREATION, [
    [4720, 'user_created'],
    [4741, 'computer_created'],
  ]),
  ...accounts(ecs.USER_DELETION, [
    [4726, 'user_deleted'],
    [4743, 'computer_deleted'],
  ]),
  ...accounts(ecs.USER_CHANGE, [
    [4722, 'user_enabled'],
    [4723, 'password_changed'],
    [4724, 'password_reset'],
    [4725, 'user_disabled'],
    [4738, 'user_changed'],
    [4740, 'account_locked'],
    [4742, 'computer_changed'],
    [4767, 'account_unlocked'],
    [4781, 'user_renamed'],
  ]),
  ...groups(ecs.GROUP_CREATION, 'group_created', [4727, 4731, 4744, 4749, 4754, 4759]),
  ...groups(ecs.GROUP_DELETION, 'group_deleted', [4730, 4734, 4748, 4753, 4758, 4763]),
  ...groups(ecs.GROUP_CHANGE, 'group_changed', [4735, 4737, 4745, 4750, 4755, 4760, 4764]),
  ...groups(ecs.GROUP_CHANGE, 'added_to_group', [4728, 4732, 4746, 4751, 4756, 4761]),
  ...groups(ecs.GROUP_CHANGE, 'removed_from_group', [4729, 4733, 4747, 4752, 4757, 4762]),
  ...subjects(ecs.AUTHENTICATION, ecs.START, [[4672, 'special_privileges_assigned']]),
  [4648, entry('explicit_credentials_used', ecs.AUTHENTICATION, ecs.START, 'Subject', 'user')],
  [4778, entry('session_reconnected', ecs.SESSION, ecs.START, 'Subject', 'none')],
  [4779, entry('session_disconnected', ecs.SESSION, ecs.END, 'Subject', 'none')],
  ...subjects(ecs.PROCESS, ecs.START, [[4688, 'process_started']]),
  ...subjects(ecs.PROCESS, ecs.END, [[4689, 'process_stopped']]),
  ...subjects(ecs.CONFIGURATION, ecs.CREATION, [
    [4697, 'service_installed'],
    [4698, 'task_created'],
  ]),
  ...subjects(ecs.CONFIGURATION, ecs.DELETION, [
    [1102, 'log_cleared'],
    [4699, 'task_deleted'],
  ]),
  ...subjects(ecs.CONFIGURATION, ecs.CHANGE, [
    [4616, 'time_changed'],
    [4657, 'registry_value_changed'],
    [4670, 'permissions_changed'],
    [4700, 'task_enabled'],
    [4701, 'task_disabled'],
    [4702, 'task_updated'],
    [4704, 'user_right_assigned'],
    [4705, 'user_right_removed'],
    [4719, 'audit_policy_changed'],
    [4739, 'domain_policy_changed'],
    [4907, 'audit_settings_changed'],
    [5136, 'directory_object_modified'],
    [5137, 'directory_object_created'],
    [5141, 'directory_object_deleted'],
  ]),
  ...subjects(ecs.FILE, ecs.ACCESS, [
    [4656, 'handle_requested'],
    [4658, 'handle_closed'],
    [4660, 'object_deleted'],
    [4661, 'handle_requested'],
    [4662, 'object_operation'],
    [4663, 'object_accessed'],
    [5140, 'share_accessed'],
    [5145, 'share_checked'],
    [5379, 'credentials_read'],
  ]),
  ...subjects(ecs.IAM, ecs.ACCESS, [
    [4673, 'privileged_service_called'],
    [4674, 'privileged_operation'],
    [4798, 'group_membership_listed'],
    [4799, 'group_membership_listed'],
  ]),
  ...subjects(ecs.NETWORK, ecs.CONNECTION_ALLOWED, [
    [5154, 'listen_allowed'],
    [5156, 'connection_allowed'],
    [5158, 'bind_allowed'],
  ]),
  ...subjects(ecs.NETWORK, ecs.CONNECTION_DENIED, [
    [5152, 'packet_blocked'],
    [5155, 'listen_blocked'],
    [5157, 'connection_blocked'],
  ]),
]);

const SYSMON: ReadonlyMap<number, WindowsAction> = new Map([
  ...subjects(ecs.PROCESS, ecs.START, [[1, 'process_started']]),
  ...subjects(ecs.PROCESS, ecs.END, [[5, 'process_stopped']]),
  ...subjects(ecs.PROCESS, ecs.INFO, [
    [6, 'driver_loaded'],
    [7, 'image_loaded'],
    [8, 'remote_thread_created'],
    [9, 'raw_access_read'],
    [10, 'process_accessed'],
    [25, 'process_tampered'],
  ]),
  ...subjects(ecs.NETWORK, ecs.CONNECTION_START, [[3, 'network_connection']]),
  ...subjects(ecs.NETWORK, ecs.PROTOCOL, [[22, 'dns_query']]),
  ...subjects(ecs.FILE, ecs.CREATION, [
    [11, 'file_created'],
    [15, 'file_stream_created'],
    [29, 'executable_detected'],
  ]),
  ...subjects(ecs.FILE, ecs.CHANGE, [[2, 'file_time_changed']]),
  ...subjects(ecs.FILE, ecs.DELETION, [
    [23, 'file_deleted'],
    [26, 'file_deleted'],
  ]),
  ...subjects(ecs.CONFIGURATION, ecs.CHANGE, [
    [4, 'sysmon_state_changed'],
    [12, 'registry_key_changed'],
    [13, 'registry_value_set'],
    [14, 'registry_renamed'],
    [16, 'sysmon_config_changed'],
    [19, 'wmi_filter_created'],
    [20, 'wmi_consumer_created'],
    [21, 'wmi_binding_created'],
  ]),
  ...subjects(ecs.FILE, ecs.INFO, [
    [17, 'pipe_created'],
    [18, 'pipe_connected'],
  ]),
]);

const SYSTEM: ReadonlyMap<number, WindowsAction> = new Map([
  ...subjects(ecs.CONFIGURATION, ecs.DELETION, [[104, 'log_cleared']]),
  ...subjects(ecs.CONFIGURATION, ecs.CREATION, [[7045, 'service_installed']]),
  ...subjects(ecs.CONFIGURATION, ecs.CHANGE, [
    [7036, 'service_state_changed'],
    [7040, 'service_start_type_changed'],
  ]),
  ...subjects(ecs.HOST, ecs.END, [
    [1074, 'shutdown'],
    [6006, 'log_service_stopped'],
  ]),
]);

const POWERSHELL: ReadonlyMap<number, WindowsAction> = new Map(
  subjects(ecs.PROCESS, ecs.INFO, [
    [4103, 'pipeline_executed'],
    [4104, 'script_block_logged'],
  ]),
);

const DEFENDER: ReadonlyMap<number, WindowsAction> = new Map([
  ...subjects(ecs.MALWARE, ecs.INFO, [
    [1006, 'malware_detected'],
    [1015, 'suspicious_behavior_detected'],
    [1116, 'malware_detected'],
    [1117, 'malware_action_taken'],
    [1118, 'malware_action_failed'],
    [1119, 'malware_action_failed'],
  ]),
  ...subjects(ecs.CONFIGURATION, ecs.CHANGE, [
    [5001, 'real_time_protection_disabled'],
    [5007, 'antimalware_config_changed'],
    [5010, 'antispyware_scan_disabled'],
    [5012, 'antivirus_scan_disabled'],
  ]),
]);

const TERMINAL_SERVICES: ReadonlyMap<number, WindowsAction> = new Map([
  ...subjects(ecs.SESSION, ecs.START, [
    [21, 'logged_in'],
    [25, 'session_reconnected'],
  ]),
  ...subjects(ecs.SESSION, ecs.END, [
    [23, 'logged_out'],
    [24, 'session_disconnected'],
  ]),
]);

/** RDP: the network login that comes before the session. */
const REMOTE_CONNECTIONS: ReadonlyMap<number, WindowsAction> = new Map([
  ...subjects(ecs.AUTHENTICATION, ecs.START, [[1149, 'remote_desktop_authenticated']]),
]);

const BY_CHANNEL: ReadonlyMap<string, ReadonlyMap<number, WindowsAction>> = new Map([
  ['Security', SECURITY],
  ['Microsoft-Windows-Sysmon/Operational', SYSMON],
  ['System', SYSTEM],
  ['Microsoft-Windows-PowerShell/Operational', POWERSHELL],
  ['PowerShellCore/Operational', POWERSHELL],
  ['Microsoft-Windows-Windows Defender/Operational', DEFENDER],
  ['Microsoft-Windows-TerminalServices-LocalSessionManager/Operational', TERMINAL_SERVICES],
  ['Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational', REMOTE_CONNECTIONS],
]);

/** Meaning of an event id in a channel as `knownChannel` spells it; undefined when it is not in the tables. */
export function windowsAction(channel: string, eventId: number): WindowsAction | undefined {
  return BY_CHANNEL.get(channel)?.get(eventId);
}

type Entry = [number, WindowsAction];

function logons(rows: readonly (readonly [number, string, WindowsAction['outcome']])[]): Entry[] {
  return rows.map(([id, action, outcome]) => [
    id,
    {
      ...entry(action, ecs.AUTHENTICATION, action === 'logged_out' ? ecs.END : ecs.START, 'Target', 'none'),
      outcome,
    },
  ]);
}

function accounts(type: readonly string[], rows: readonly (readonly [number, string])[]): Entry[] {
  return rows.map(([id, action]) => [id, entry(action, ecs.IAM, type, 'Subject', 'user')]);
}

function groups(type: readonly string[], action: string, ids: readonly number[]): Entry[] {
  return ids.map((id) => [id, entry(action, ecs.IAM, type, 'Subject', 'group')]);
}

function subjects(
  category: readonly string[],
  type: readonly string[],
  rows: readonly (readonly [number, string])[],
): Entry[] {
  return rows.map(([id, action]) => [id, entry(action, category, type, 'Subject', 'none')]);
}

function entry(
  action: string,
  category: readonly string[],
  type: readonly string[],
  actor: WindowsAction['actor'],
  target: WindowsAction['target'],
): WindowsAction {
  return { action, category, type, outcome: null, actor, target };
}
