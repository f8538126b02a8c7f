import { codeAt } from '../model/code-at.js';
import type { Event, Outcome } from '../model/event.js';
import { closedLogsource, type Logsource } from '../model/logsource.js';
import { toAddress } from './address.js';
import { readDoas } from './doas.js';
import { AUTHENTICATION, CONNECTION_END, INFO, MALWARE, NETWORK, PROCESS, START } from './ecs.js';
import { normalizeGeneric } from './generic.js';
import type { Normalizer } from './normalizer.js';
import { readPam } from './pam.js';
import { type Sentence, sentenceReader } from './sentences.js';

const PAM = linux('auth');
const SYSLOG = closedLogsource({ product: 'linux', services: ['syslog'] });

function linux(...services: string[]): Logsource {
  return closedLogsource({ product: 'linux', services: [...services, 'syslog'] });
}

/** Programs whose lines hold little to extract but belong to a Sigma service that keyword rules search. */
const SERVICES: ReadonlyMap<string, Logsource> = new Map([
  ...each(linux('auth'), [
    ...['login', 'gdm-password', 'gdm', 'lightdm', 'sddm-helper', 'unix_chkpwd', 'systemd-user', 'dropbear'],
    ...['doas', 'krb5kdc', 'kadmind', 'sssd', 'slapd', 'winbindd', 'nscd', 'agetty', 'radiusd', 'freeradius'],
  ]),
  ...each(linux('pkexec', 'auth'), ['pkexec', 'polkitd', 'polkit-agent-helper-1']),
  ...each(closedLogsource({ product: 'linux', categories: ['antivirus'], services: ['clamav', 'syslog'] }), [
    ...['clamd', 'clamav', 'clamscan', 'freshclam', 'clamonacc'],
  ]),
  ...each(linux('guacamole'), ['guacd', 'guacamole']),
  ...each(SYSLOG, [
    ...[
      'systemd',
      'systemd-resolved',
      'systemd-networkd',
      'systemd-timesyncd',
      'systemd-udevd',
      'systemd-sysctl',
    ],
    ...[
      'dbus-daemon',
      'dbus',
      'networkmanager',
      'rsyslogd',
      'syslog-ng',
      'syslogd',
      'chronyd',
      'ntpd',
      'dhclient',
    ],
    ...[
      'avahi-daemon',
      'irqbalance',
      'smartd',
      'snapd',
      'dockerd',
      'containerd',
      'kubelet',
      'modprobe',
      'mount',
    ],
    ...['apparmor', 'setroubleshoot', 'setroubleshootd', 'puppet-agent', 'ansible', 'logrotate', 'run-parts'],
  ]),
]);

function each(logsource: Logsource, programs: readonly string[]): [string, Logsource][] {
  return programs.map((program) => [program, logsource]);
}

const readLine = sentenceReader([
  login('password check failed for user ({user.name})', 'failure', 'password_check'),
  login('check pass; {event.reason}', 'failure', 'password_check'),
  login(
    'FAILED LOGIN {*} FROM {process.tty.name} FOR {user.name}, {event.reason}',
    'failure',
    'console_login',
  ),
  // Debian's login is of shadow, not of util-linux.
  login(
    "FAILED LOGIN ({*}) on '{process.tty.name}' FOR '{user.name}', {event.reason}",
    'failure',
    'console_login',
  ),
  login('LOGIN ON {process.tty.name} BY {user.name} FROM {source.domain}', 'success', 'console_login'),
  login('LOGIN ON {process.tty.name} BY {user.name}', 'success', 'console_login'),
  rootLogin('ROOT LOGIN ON {process.tty.name} FROM {source.domain}'),
  rootLogin('ROOT LOGIN ON {process.tty.name}'),
  rootLogin("ROOT LOGIN  on '{process.tty.name}' from '{source.domain}'"),
  rootLogin("ROOT LOGIN  on '{process.tty.name}'"),
  ...dropbear("ad password attempt for '{user.name}' from {source.ip}:{source.port}", 'Bb', 'ssh_login'),
  ...dropbear('ogin attempt for nonexistent user from {source.ip}:{source.port}', 'Ll', 'ssh_invalid_user'),
  ...dropbear(
    "ogin attempt for nonexistent user '{user.name}' from {source.ip}:{source.port}",
    'Ll',
    'ssh_invalid_user',
  ),
  login("Password auth succeeded for '{user.name}' from {source.ip}:{source.port}", 'success', 'ssh_login'),
  login(
    "Pubkey auth succeeded for '{user.name}' with {*} from {source.ip}:{source.port}",
    'success',
    'ssh_login',
  ),
  login(
    "Exit before auth (user '{user.name}', {*} fails): Max auth tries reached - {event.reason} from {source.ip}:{source.port}",
    'failure',
    'ssh_max_attempts',
  ),
  dropped(
    "Exit before auth from <{source.ip}:{source.port}>: (user '{user.name}', {*} fails): {event.reason}",
  ),
  dropped("Exit before auth (user '{user.name}', {*} fails): {event.reason}"),
  kerberos('ISSUE: authtime {*}, {*}, {user.name} for {service.name}', 'success'),
  kerberos('PREAUTH_FAILED: {user.name} for {service.name}, {event.reason}', 'failure'),
  kerberos('CLIENT_NOT_FOUND: {user.name} for {service.name}, {event.reason}', 'failure'),
  kerberos('LOCKED_OUT: {user.name} for {service.name}, {event.reason}', 'failure'),
  kerberos('NEEDED_PREAUTH: {user.name} for {service.name}, {event.reason}', null),
  ...radius('Login OK: [{user.name}', 'success'),
  ...radius('Login incorrect: [{user.name}', 'failure'),
  ...radius('Login incorrect ({event.reason}): [{user.name}', 'failure'),
  ...radius('Invalid user: [{user.name}', 'failure'),
  login('failed auth for {user.name}', 'failure', 'doas'),
  login('command not permitted for {user.name}: {process.command_line}', 'failure', 'doas'),
  {
    text: '{user.name}: Error executing command as another user: {event.reason} [USER={user.target.name}] [TTY={process.tty.name}] [CWD={process.working_directory}] [COMMAND={process.command_line}]',
    category: PROCESS,
    type: START,
    action: 'pkexec',
    outcome: 'failure',
  },
  {
    text: '{user.name}: Executing command [USER={user.target.name}] [TTY={process.tty.name}] [CWD={process.working_directory}] [COMMAND={process.command_line}]',
    category: PROCESS,
    type: START,
    action: 'pkexec',
    outcome: 'success',
  },
  login(
    'Operator of {*} successfully authenticated as unix-user:{user.target.name} to gain {*} (owned by unix-user:{user.name})',
    'success',
    'polkit',
  ),
  login(
    'Operator of {*} FAILED to authenticate to gain {*} (owned by unix-user:{user.name})',
    'failure',
    'polkit',
  ),
  {
    text: '{file.path}: {rule.name} FOUND',
    category: MALWARE,
    type: INFO,
    action: 'malware_found',
    outcome: 'success',
  },
]);

export const linuxDaemons: Normalizer = {
  name: 'linux-daemons',
  summary: 'Other Linux daemons: the Sigma service their lines belong to, console logins, ClamAV finds',
  programs: [...SERVICES.keys()],
  normalize(event) {
    const name = event['process.name'] ?? '';
    const known = SERVICES.get(name) ?? SERVICES.get(name.toLowerCase());
    if (known === undefined) return false;
    event.logsource = known;
    if (readPam(event, event.message)) {
      // A PAM line belongs to the auth service whatever else the daemon does.
      if (!known.services.includes('auth')) event.logsource = PAM;
      return true;
    }
    const message = event.message;
    // FreeRADIUS numbers its requests: `(5) Login OK: …`.
    const request = codeAt(message, 0) === 0x28 ? message.indexOf(') ') + 2 : 0;
    if (readDoas(event, message)) return true;
    const sentence = readLine(event, message, request < 2 ? 0 : request);
    if (sentence === null) normalizeGeneric(event);
    else if (sentence.action === 'console_login') completeConsoleLogin(event, sentence);
    return true;
  },
};

/** Root is not named where it is root; behind FROM stands a terminal, or the address that telnet came from. */
function completeConsoleLogin(event: Event, { text }: Sentence): void {
  if (text.startsWith('ROOT LOGIN ')) event['user.name'] = 'root';
  const address = toAddress(event['process.tty.name']);
  if (address === null) return;
  event['source.ip'] = address;
  event['process.tty.name'] = null;
}

/** Older versions begin with a small letter. */
function dropbear(rest: string, initials: string, action: string): Sentence[] {
  return [...initials].map((initial) => login(initial + rest, 'failure', action));
}

/** MIT krb5kdc: `AS_REQ (4 etypes {18 17 16 23}) ADDR: RESULT: …`. */
function kerberos(result: string, outcome: Outcome | null): Sentence {
  const text = `AS_REQ ({*}) {source.ip}: ${result}`;
  return { text, category: AUTHENTICATION, type: START, action: 'kerberos_tgt_requested', outcome };
}

/** FreeRADIUS: `…[NAME/PASSWORD] (from client NAS port N cli MAC)`, where the password is left out by default. */
function radius(start: string, outcome: Outcome): Sentence[] {
  return ['/{*}] (from client {*})', '] (from client {*})'].map((rest) =>
    login(start + rest, outcome, 'radius_login'),
  );
}

function dropped(text: string): Sentence {
  return { text, category: NETWORK, type: CONNECTION_END, action: 'ssh_disconnect', outcome: null };
}

/** The name is not written: it is root's. */
function rootLogin(text: string): Sentence {
  return login(text, 'success', 'console_login');
}

function login(text: string, outcome: Outcome, action: string): Sentence {
  return { text, category: AUTHENTICATION, type: START, action, outcome };
}
