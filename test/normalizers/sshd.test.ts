import { describe, expect, test } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const sshd = (message: string) => normalized(`<38>Nov 19 21:54:44 bastion sshd[3402]: ${message}`);

/** user, address, port, action, outcome of a line. */
function read(message: string) {
  const event = sshd(message);
  return [
    event['user.name'],
    event['source.ip'],
    event['source.port'],
    event['event.action'],
    event['event.outcome'],
  ];
}

describe('what sshd says', () => {
  test.each([
    [
      'Disconnecting: Too many authentication failures for root [preauth]',
      ['root', null, null, 'ssh_max_attempts', 'failure'],
    ],
    ['input_userauth_request: invalid user x y [preauth]', ['x y', null, null, null, null]],
    [
      'error: Received disconnect from 192.0.2.1: 14: No more user authentication methods available. [preauth]',
      [null, '192.0.2.1', null, 'ssh_disconnect', null],
    ],
    [
      'Starting session: shell on pts/1 for alice from 192.0.2.1 port 5022 id 0',
      ['alice', '192.0.2.1', 5022, 'ssh_session', 'success'],
    ],
    [
      "Starting session: forced-command (config) 'x for y from 192.0.2.7 port 1 id 2' for alice from 192.0.2.1 port 5022 id 0",
      ['alice', '192.0.2.1', 5022, 'ssh_session', 'success'],
    ],
    ['Failed password for root from 192.0.2.1', ['root', '192.0.2.1', null, 'ssh_login', 'failure']],
    [
      'Failed publickey for alice from 2001:db8::9 port 22 ssh2: RSA SHA256:abc',
      ['alice', '2001:db8::9', 22, 'ssh_login', 'failure'],
    ],
    [
      'Accepted publickey for alice from 192.0.2.1 port 5 ssh2: ED25519-CERT SHA256:x ID key (serial 0) CA RSA SHA256:y',
      ['alice', '192.0.2.1', 5, 'ssh_login', 'success'],
    ],
    ['Invalid user  from 192.0.2.1 port 5', [null, '192.0.2.1', 5, 'ssh_invalid_user', 'failure']],
    [
      'Postponed keyboard-interactive for invalid user bob from 192.0.2.1 port 5 ssh2 [preauth]',
      ['bob', '192.0.2.1', 5, 'ssh_login_postponed', null],
    ],
    [
      'Partial publickey for bob from 192.0.2.1 port 5 ssh2: RSA SHA256:x',
      ['bob', '192.0.2.1', 5, 'ssh_login_partial', null],
    ],
    [
      'Connection closed by invalid user a b 192.0.2.1 port 5 [preauth]',
      ['a b', '192.0.2.1', 5, 'ssh_disconnect', null],
    ],
    ['Connection reset by 192.0.2.1 port 5 [preauth]', [null, '192.0.2.1', 5, 'ssh_disconnect', null]],
    [
      'Disconnecting authenticating user root 192.0.2.1 port 5: Too many authentication failures [preauth]',
      ['root', '192.0.2.1', 5, 'ssh_max_attempts', 'failure'],
    ],
    [
      'error: maximum authentication attempts exceeded for invalid user x from 192.0.2.1 port 5 ssh2 [preauth]',
      ['x', '192.0.2.1', 5, 'ssh_max_attempts', 'failure'],
    ],
    [
      'Received disconnect from 192.0.2.1: 11: Bye from 198.51.100.9 port 7',
      [null, '192.0.2.1', null, 'ssh_disconnect', null],
    ],
    [
      'Unable to negotiate with 192.0.2.1 port 5: no matching host key type found. Their offer: ssh-dss',
      [null, '192.0.2.1', 5, 'ssh_negotiation_failed', 'failure'],
    ],
    [
      'banner exchange: Connection from 192.0.2.1 port 5: invalid format',
      [null, '192.0.2.1', 5, 'ssh_bad_protocol', 'failure'],
    ],
    [
      'fatal: Timeout before authentication for 192.0.2.1 port 5',
      [null, '192.0.2.1', 5, 'ssh_timeout', 'failure'],
    ],
    [
      'Address 192.0.2.1 maps to a.example, but this does not map back to the address.',
      [null, '192.0.2.1', null, 'ssh_reverse_mapping_failed', null],
    ],
    [
      'refused connect from a.example (192.0.2.1)',
      [null, '192.0.2.1', null, 'ssh_connection_refused', 'failure'],
    ],
    [
      'drop connection #10 from [192.0.2.1]:5 on [198.51.100.1]:22 past MaxStartups',
      [null, '192.0.2.1', 5, 'ssh_connection_dropped', 'failure'],
    ],
    [
      'PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1  user=root',
      ['root', '192.0.2.1', null, 'pam_authentication', 'failure'],
    ],
    [
      'User a from 203.0.113.1 not allowed because x from 192.0.2.1 not allowed because not listed in AllowUsers',
      ['a from 203.0.113.1 not allowed because x', '192.0.2.1', null, 'ssh_login', 'failure'],
    ],
  ])('%s', (message, expected) => {
    expect(read(message)).toEqual(expected);
  });

  test('a line it does not know still belongs to the sshd service of Linux', () => {
    const { logsource } = sshd('Server listening on 0.0.0.0 port 22.');
    expect(logsource).toMatchObject({ closed: true, product: 'linux', services: ['auth', 'sshd', 'syslog'] });
  });

  test('the session process of new versions is sshd too', () => {
    const event = normalized(
      '<38>Nov 19 21:54:44 b sshd-session[9]: Accepted password for a from 192.0.2.1 port 5 ssh2',
    );
    expect(event['event.action']).toBe('ssh_login');
    expect(event['process.name']).toBe('sshd-session');
  });
});

describe('a client that writes its own log line', () => {
  test('an unknown user name that quotes a whole line does not become the address', () => {
    const name = 'x from 203.0.113.9 port 1 ssh2: RSA SHA256:abc';
    expect(
      read(`Failed publickey for invalid user ${name} from 192.0.2.1 port 5 ssh2: RSA SHA256:def`),
    ).toEqual([name, '192.0.2.1', 5, 'ssh_login', 'failure']);
  });

  test('the key id of a certificate does not become the address of a user who exists', () => {
    const key =
      'ssh2: RSA-CERT SHA256:a ID x from 203.0.113.9 port 1 ssh2: RSA SHA256:b (serial 0) CA RSA SHA256:c';
    expect(read(`Failed publickey for root from 192.0.2.1 port 5 ${key}`).slice(0, 3)).toEqual([
      'root',
      '192.0.2.1',
      5,
    ]);
  });

  test('with an unknown name and a certificate that both quote a line, no address is claimed', () => {
    const key =
      'ssh2: RSA-CERT SHA256:a ID x from 203.0.113.9 port 1 ssh2: RSA SHA256:b (serial 0) CA RSA SHA256:c';
    expect(sshd(`Failed publickey for invalid user x from 192.0.2.1 port 5 ${key}`)['source.ip']).toBeNull();
  });

  test('a connection names the end of the server, too', () => {
    const event = sshd('Connection from 2001:db8::7 port 600 on 2001:db8::1 port 22 rdomain ""');
    expect([event['source.ip'], event['source.port']]).toEqual(['2001:db8::7', 600]);
    expect([event['destination.ip'], event['destination.port']]).toEqual(['2001:db8::1', 22]);
  });

  test('text after a disconnect does not become the address', () => {
    expect(sshd('Received disconnect from 192.0.2.1 port 5:11: from 203.0.113.9 port 7')['source.ip']).toBe(
      '192.0.2.1',
    );
  });
});

describe('sessions', () => {
  test.each([
    ['Accepted password for alice from 192.0.2.1 port 5 ssh2', 'open'],
    ['Disconnected from user alice 192.0.2.1 port 5', 'close'],
    ['Received disconnect from 192.0.2.1 port 5:11: disconnected by user', 'close'],
    ['pam_unix(sshd:session): session closed for user alice', 'close'],
  ])('%s', (message, change) => {
    expect(sshd(message).session).toEqual({ change, kind: 'login', id: null });
  });

  test.each([
    'pam_unix(sshd:session): session opened for user alice(uid=1000) by (uid=0)',
    'Received disconnect from 192.0.2.1 port 5:11: Bye [preauth]',
    'Failed password for alice from 192.0.2.1 port 5 ssh2',
    'Starting session: shell on pts/1 for alice from 192.0.2.1 port 5022 id 0',
  ])('none by: %s', (message) => {
    expect(sshd(message).session).toBeNull();
  });
});
