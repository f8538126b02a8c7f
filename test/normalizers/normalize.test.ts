import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ECS_FIELDS, Event, toEventJson } from '../../src/model/event.js';
import { closedLogsource, OPEN } from '../../src/model/logsource.js';
import { normalize } from '../../src/normalizers/normalize.js';
import { NORMALIZERS } from '../../src/normalizers/registry.js';
import { parseRecord } from '../../src/parsers/parse-record.js';
import { normalized, RECEIVED_AT } from '../helpers/normalized.js';

const HOUR = 3_600_000;

describe('the envelope', () => {
  test('a record without a time has that of its receipt', () => {
    expect(normalized('no time here')).toMatchObject({ timestamp: RECEIVED_AT, timestampInFuture: false });
  });

  test('a stated time is kept, and marked when it is more than five minutes ahead', () => {
    const line = (ms: number) => `<13>1 ${new Date(ms).toISOString()} h a - - - x`;
    const near = normalized(line(RECEIVED_AT + 300_000));
    expect([near.timestamp, near.timestampInFuture]).toEqual([RECEIVED_AT + 300_000, false]);
    const far = normalized(line(RECEIVED_AT + 300_001));
    expect([far.timestamp, far.timestampInFuture]).toEqual([RECEIVED_AT + 300_001, true]);
    expect(normalized(line(RECEIVED_AT - 999 * HOUR)).timestampInFuture).toBe(false);
  });

  test('the host is the record’s, else the peer that sent it', () => {
    expect(normalized('<13>Nov 19 10:00:00 web a: x')['host.name']).toBe('web');
    const event = new Event();
    event.reset('text');
    event.peer = '192.0.2.1';
    normalize(event);
    expect(event['host.name']).toBe('192.0.2.1');
  });

  test.each([
    ['/usr/sbin/cron[12]', 'cron'],
    ['su(pam_unix)[3]', 'su'],
    ['postfix/submission/smtpd[4]', 'postfix/submission/smtpd'],
    ['CROND[5]', 'CROND'],
    ['(systemd)[6]', '(systemd)'],
  ])('the tag %s is the program %s', (tag, program) => {
    const event = new Event();
    event.reset('text');
    event.record.app = tag;
    normalize(event);
    expect(event['process.name']).toBe(program);
  });
});

describe('a repeated message', () => {
  test('counts as often as it says, and reads as the message itself', () => {
    const event = normalized('<13>Nov 19 10:00:00 web a: message repeated 12 times: [ it broke]');
    expect([event.repeat, event.message]).toEqual([12, 'it broke']);
  });

  test.each([
    'message repeated 0 times: [ x]',
    'message repeated times: [ x]',
    'message repeated 5 times: x',
    'message repeated 99999999999999999999 times: [ x]',
  ])('is none: %s', (message) => {
    const event = normalized(`<13>Nov 19 10:00:00 web a: ${message}`);
    expect([event.repeat, event.message]).toEqual([1, message]);
  });

  test('cannot claim more than a million', () => {
    expect(normalized('<13>Nov 19 10:00:00 web a: message repeated 999999999 times: [ x]').repeat).toBe(
      1_000_000,
    );
  });
});

describe('what nobody recognises', () => {
  test('paths of JSON are those of its values, not of its escapes', () => {
    const { record } = normalized('{"/key/x":"/\\u65e5x","g":{"h":["see /etc/passwd now",7]}}');
    expect(record.fields!.file_paths).toEqual(['/日x', '/etc/passwd']);
    expect(normalized('{"message":"open /etc/shadow"}').record.fields!.file_paths).toEqual(['/etc/shadow']);
  });

  const line = '<13>Nov 19 10:00:00 web widgetd: it broke';

  test('stays open', () => {
    expect(normalized(line).logsource).toBe(OPEN);
  });

  test('is closed by the logsource that its source is configured with', () => {
    const fallback = closedLogsource({ product: 'widget' });
    const event = new Event();
    event.reset(line);
    parseRecord(line, event.record, { format: 'auto', timezone: 'UTC' }, RECEIVED_AT);
    normalize(event, fallback);
    expect(event.logsource).toBe(fallback);
    event.reset('x');
    event.record.app = 'sshd';
    normalize(event, fallback);
    expect(event.logsource).not.toBe(fallback);
  });

  test('claims no address that is none, and no outcome from words of any program', () => {
    const event = normalized(
      '<13>Nov 19 10:00:00 web widgetd: access denied in version 10.2.3.4 of Foo::Bar at 12:30:59',
    );
    expect([event['source.ip'], event['destination.ip'], event['event.outcome']]).toEqual([null, null, null]);
  });

  test.each([
    ['connection from 192.0.2.1 port 5 to 198.51.100.2 port 6', ['192.0.2.1', 5, '198.51.100.2', 6]],
    ['sent to 198.51.100.2:6 by 192.0.2.1', ['192.0.2.1', null, '198.51.100.2', 6]],
    ['[2001:db8::1]:5 -> [2001:db8::2]:6', ['2001:db8::1', 5, '2001:db8::2', 6]],
    ['fw: 192.0.2.1:5->198.51.100.2:6, len 60', ['192.0.2.1', 5, '198.51.100.2', 6]],
    ['fw: 192.0.2.1:5 -> 198.51.100.2:6', ['192.0.2.1', 5, '198.51.100.2', 6]],
    ['fw: 192.0.2.1->198.51.100.2', ['192.0.2.1', null, '198.51.100.2', null]],
    ['fw: [2001:db8::1]:5->[2001:db8::2]:6', ['2001:db8::1', 5, '2001:db8::2', 6]],
    ['fw: 2001:db8::1->2001:db8::2', ['2001:db8::1', null, '2001:db8::2', null]],
    ['fw: ?->198.51.100.2:6', [null, null, '198.51.100.2', 6]],
    ['host-192.0.2.1-x', [null, null, null, null]],
    ['listening on 0.0.0.0:80', [null, null, null, null]],
    ['dropped sport=1 dport=65536', [null, 1, null, null]],
  ])('%s', (message, expected) => {
    const event = normalized(`<13>Nov 19 10:00:00 web widgetd: ${message}`);
    expect([
      event['source.ip'],
      event['source.port'],
      event['destination.ip'],
      event['destination.port'],
    ]).toEqual(expected);
  });
});

describe('the registry', () => {
  test('gives every normalizer a name of its own, a summary and something to be found by', () => {
    expect(new Set(NORMALIZERS.map((n) => n.name)).size).toBe(NORMALIZERS.length);
    for (const { programs = [], formats = [], summary } of NORMALIZERS) {
      expect(programs.length + formats.length).toBeGreaterThan(0);
      expect(summary).not.toBe('');
      expect(programs).toEqual(programs.map((program) => program.toLowerCase()));
    }
  });

  test('asks those with initials about what begins so, and about nothing else', () => {
    const lines: Record<string, string> = {
      'check-point': 'CheckPoint 1 - [action:"Drop"; product:"x"]',
      'home-assistant':
        '2026-11-19 21:54:44.123 WARNING (MainThread) [homeassistant.components.http.ban] Banned IP 192.0.2.1 for x',
      vaultwarden:
        '[2026-11-19 21:54:44.123][vaultwarden::api::admin][ERROR] Invalid admin token. IP: 192.0.2.1',
      auditd: 'type=LOGIN msg=audit(1364481363.243:2): pid=5 uid=0 auid=1000 ses=1 res=1',
      redis: '321:M 19 Nov 2026 12:24:00.123 - Accepted 192.0.2.31:5555',
      openvpn: 'Thu Nov 19 12:20:00 2026 192.0.2.18:51820 TLS Error: TLS handshake failed',
      mysql:
        "2026-11-19 12:23:00 42 [Warning] Access denied for user 'root'@'h.example' (using password: YES)",
      'zeek-tsv': '1547188415.857497\tC1\t192.0.2.6\t38334\t198.51.100.77\t53\tx',
      squid:
        '1702911115.123    56 192.0.2.20 TCP_MISS/200 4534 GET http://x.example/ - HIER_NONE/- text/html',
      snort: '11/19-10:00:00.1  [**] [1:100:1] PING [**] [Priority: 3] {ICMP} 192.0.2.66 -> 198.51.100.80',
      asterisk: '[2026-11-20 10:00:00] NOTICE[1] chan_sip.c: x',
      'pve-firewall':
        '100 6 tap100i0-IN 20/Nov/2026:11:00:00 +0100 policy DROP: IN=a OUT= SRC=192.0.2.1 DST=192.0.2.2',
      'nginx-error': '2026/11/19 13:55:36 [notice] 12#0: signal process started',
      'cisco-asa': '%ASA-6-302010: 5 in use, 10 most used',
      'cisco-ise': 'CISE_RADIUS_Accounting 0000012345 1 0 2026-11-19 21:54:44.123 +00:00 0001 3000 NOTICE x',
      iis: '2026-11-19 21:54:44 192.0.2.1 GET / - 80 - 192.0.2.9 x - 200 0 0 5',
      meraki: 'flows src=192.0.2.186 dst=198.51.100.8 protocol=udp sport=5 dport=53 pattern: allow all',
      vsftpd: 'Thu Nov 19 12:21:00 2026 [pid 2] CONNECT: Client "192.0.2.19"',
      exim: '2026-11-19 21:54:44 login authenticator failed for (x) [192.0.2.9]: 535 Incorrect authentication data',
      fail2ban: '2026-11-19 12:22:00,123 fail2ban.actions        [612]: NOTICE  [sshd] Ban 192.0.2.66',
      synology:
        'WinFileService Event: Read, Path: /a, File/Folder: File, Size: 1 KB, User: bob, IP: 192.0.2.9',
      'apache-error': '[Wed Nov 19 21:54:44 2026] [error] [client 192.0.2.1] x',
      crowdsec: `time="2026-11-20T10:00:00Z" level=info msg="Ip 192.0.2.66 performed 'x' (6 events over 1s)"`,
      'adguard-home': '2026/11/20 10:00:00.123456 [info] auth: failed to login user "x" from ip 192.0.2.66',
      'nginx-proxy-manager': '[20/Nov/2026:10:00:00 +0000] 301 - GET http x.example "/" [Client 192.0.2.66]',
      gitea: '2026/11/20 10:00:00 [I] Failed authentication attempt for x from 192.0.2.66',
      grafana:
        'logger=authn.service t=2026-11-20T10:00:00Z level=warn msg="Failed to authenticate request" client=x',
      kea: '2026-11-20 10:00:00.123 INFO  [kea-dhcp4.leases/1.2] DHCP4_LEASE_ALLOC x',
    };
    for (const { name, initials } of NORMALIZERS) {
      if (initials === undefined) continue;
      expect(initials, name).toContain(lines[name]!.charAt(0));
      expect(normalized(lines[name]!).logsource.closed, name).toBe(true);
      expect(normalized(`~${lines[name]!.slice(1)}`).logsource.closed, name).toBe(false);
    }
  });
});

const PROGRAMS = [...new Set(NORMALIZERS.flatMap((n) => n.programs ?? []))].map((name) =>
  name.replace('*', 'x'),
);

/** Beginnings and scraps that lead deep into the normalizers. */
const SCRAPS = [
  ...[
    'Failed password for ',
    'Accepted publickey for ',
    'invalid user ',
    ' from ',
    ' port ',
    ' ssh2',
    ' ssh2: ',
    '[preauth]',
  ],
  ...[
    'pam_unix(x:auth): authentication failure; ',
    ' rhost=',
    ' user=',
    'session opened for user ',
    ' by ',
    '(uid=0)',
  ],
  ...[
    ' : TTY=',
    ' ; USER=',
    ' ; COMMAND=',
    '(root) CMD (',
    'SRC=',
    'IN=',
    ' [SRC=',
    'type=EXECVE msg=audit(1.2:3): ',
    "msg='",
  ],
  ...[
    '"GET / HTTP/1.1" 200 ',
    ', client: ',
    'client ',
    '#53: query: ',
    'query[A] ',
    ' [date] ',
    'user=<',
    ', rip=',
    '): ',
  ],
  ...[
    'firewall,info input: in:ether1 out:(unknown 0), proto TCP (SYN), ',
    'system,error,critical login failure for user ',
    ' via ssh',
    ', NAT (',
    ')->(',
    '->',
    ', len 60',
    "/index.php: webConfigurator authentication error for user '",
    "' from: ",
    'authentication failure; rhost=',
    ' msg=',
    'User [',
    '] from [',
    '] failed to log in via [',
    ' due to ',
  ],
  ...[
    '[Originator@6876 sub=x] Event 1 : User ',
    '@',
    ' logged in as ',
    'Rejected password for user ',
    '2026-11-19 21:54:44.123 WARNING (MainThread) [homeassistant.components.http.ban] ',
    'Login attempt or request with invalid authentication from ',
    '[2026-11-19 21:54:44.123][vaultwarden::api::identity][ERROR] ',
    'Username or password is incorrect. Try again. IP: ',
    '. Username: ',
    '.UserManager: Authentication request for "',
    '" has been denied (IP: "',
    'time=x msg="Unsuccessful 1FA authentication attempt by user \'',
    '\'" method=POST remote_ip=',
    'CheckPoint 1 - [action:"Drop"; ',
    '"; src:"',
  ],
  ...[
    'Auth: [SMB2] user [',
    ']\\[',
    '] at [',
    ' remote host [',
    'Authentication for user [',
    '] -> [',
    '] FAILED with error ',
    ') - USER ',
    ' (Login failed): ',
    '(?@',
    ') [WARNING] Authentication failed for user [',
    "05[IKE] authentication of '",
    "' with EAP successful",
    '[1:0] info: ',
    '. A IN',
    'DHCPACK on ',
    ' to ',
    ') via ',
    'DHCP4_LEASE_ALLOC [hwtype=1 ',
    ': STA ',
    'USER_AUTH pid=1 ',
    'ModSecurity: Access denied with ',
    ' [id "',
    '"]',
    'Starting session: ',
    ' id 0',
  ],
  ...[
    '@cee:{"TNAUDIT":{"svc":"SMB","event":"AUTHENTICATION","event_data":"{',
    '{"type":"Authentication","Authentication":{"serviceDescription":"SMB2","remoteAddress":"ipv4:',
    'JSON Authentication: {"timestamp":',
    'time="2026-11-20T10:00:00Z" level=info msg="',
    "Ip 192.0.2.1 performed '",
    '(a/crowdsec) b by ip c : 4h ban on Ip ',
    '2026/11/20 10:00:00 [info] auth: failed to login user "',
    '" from ip ',
    '[error] POST h /control/login: from ip ',
    '[20/Nov/2026:10:00:00 +0000] - 200 200 - GET https a "',
    '" [Client ',
    '] [Length ',
    'Invalid login as ',
    ' from ',
    '2026/11/20 10:00:00 [W] Failed authentication attempt for ',
    'logger=context userId=0 orgId=0 uname=',
    ' t=2026-11-20T10:00:00Z level=info msg="Request Completed" method=',
    ' path=/login status=401 remote_addr=',
    'msg_id="3E00-0003" x user ',
    ' log in attempt was rejected',
    'msg_id="1100-0005" Authentication of x user [',
    '] from ',
    ' was rejected, ',
    'user=a,db=b,app=c,client=',
    ' FATAL:  password authentication failed for user "',
  ],
  ...[
    '192.0.2.1',
    '2001:db8::1',
    ':',
    '[',
    ']',
    '"',
    "'",
    '\\',
    '=',
    '/',
    ' ',
    '  ',
    '{',
    '}',
    '<34>',
    '\u0000',
    'é',
  ],
];

const text = fc.oneof(
  fc.string(),
  fc
    .array(fc.oneof(fc.constantFrom(...SCRAPS), fc.string({ maxLength: 6 })), { maxLength: 20 })
    .map((p) => p.join('')),
);

describe('whatever comes in', () => {
  test('nothing throws, and the event keeps its shape', () => {
    const shape = Object.keys(new Event()).sort();
    fc.assert(
      fc.property(fc.option(fc.constantFrom(...PROGRAMS)), text, (program, message) => {
        const event = normalized(
          program === null ? message : `<13>Nov 19 10:00:00 web ${program}[7]: ${message}`,
        );
        expect(Object.keys(event).sort()).toEqual(shape);
        for (const name of ['source.port', 'destination.port', 'source.nat.port'] as const) {
          const port = event[name];
          expect(port === null || (Number.isInteger(port) && port >= 0 && port <= 65535)).toBe(true);
        }
        for (const name of ECS_FIELDS) expect(event[name]).not.toBeUndefined();
        expect(() => JSON.stringify(toEventJson(event))).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });

  test('what one record leaves behind does not show in the next', () => {
    const reused = new Event();
    const read = (event: Event, line: string) => {
      event.reset(line);
      event.receivedAt = RECEIVED_AT;
      parseRecord(line, event.record, { format: 'auto', timezone: 'UTC' }, RECEIVED_AT);
      normalize(event);
      return JSON.stringify(toEventJson(event), (_, v) => (typeof v === 'bigint' ? `${v}` : v));
    };
    fc.assert(
      fc.property(fc.constantFrom(...PROGRAMS), text, (program, message) => {
        const line = `<13>Nov 19 10:00:00 web ${program}[7]: ${message}`;
        expect(read(reused, line)).toBe(read(new Event(), line));
      }),
    );
  });

  test('64 KiB of any of it take no longer than 50 ms', () => {
    const slow: string[] = [];
    for (const scrap of SCRAPS) {
      const body = scrap.repeat(Math.ceil(65_536 / scrap.length));
      for (const { programs } of NORMALIZERS) {
        const program = programs?.[0] ?? null;
        const event = new Event();
        event.reset(body);
        event.record.app = program;
        event.record.message = body;
        event.record.format = 'rfc3164';
        const elapsed = fastest(() => normalize(event));
        if (elapsed > 50) slow.push(`${program}: ${JSON.stringify(scrap)} ${elapsed.toFixed(0)} ms`);
      }
    }
    expect(slow).toEqual([]);
  });
});

/** The machine may be busy: the best of up to four tries, ms. */
function fastest(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 4 && best > 50; i++) {
    const started = performance.now();
    work();
    best = Math.min(best, performance.now() - started);
  }
  return best;
}
