import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<30>Nov 20 10:00:00 pve';
const request = '- bob [20/Nov/2026:10:00:00 +0000] "GET /x HTTP/1.1" 404 12 "-" "curl"';

describe('an access log’s line in syslog is one whatever the tag', () => {
  const wanted = {
    'event.action': 'http_request',
    'source.ip': '203.0.113.7',
    'url.path': '/x',
    'http.response.status_code': 404,
    'user.name': 'bob',
    'destination.ip': null,
  };
  test.each<LineCase>([
    [`${at} 0123456789ab[1234]: 203.0.113.7 ${request}`, wanted],
    [`${at} docker/nginx/0123456789ab[1234]: 203.0.113.7 ${request}`, wanted],
    [`${at} gunicorn[7]: ::ffff:203.0.113.7 ${request}`, wanted],
    [`${at} proxy: 203.0.113.7, 192.0.2.1 ${request}`, wanted],
    [`${at} 203.0.113.7 ${request}`, wanted],
    [
      `<30>1 2026-11-20T10:00:00Z pve traefik 7 - - 203.0.113.7 ${request} 1 "r@docker" "http://192.0.2.7:80" 3ms`,
      wanted,
    ],
  ])('%s', (line, fields) => expectFields(line, fields));
});

describe('the id beside the account that an audit record names', () => {
  const record = (ids: string, account: string, exe: string, rest = '') =>
    `type=USER_AUTH msg=audit(1795168800.123:456): pid=1 ${ids} ses=1 msg='op=PAM:authentication acct="${account}" exe="${exe}" addr=203.0.113.7 res=failed'${rest}`;
  test.each<LineCase>([
    // The daemon's own
    [record('uid=0 auid=4294967295', 'alice', '/usr/sbin/sshd'), { 'user.name': 'alice', 'user.id': null }],
    [record('uid=0 auid=1000', 'alice', '/usr/sbin/sshd'), { 'user.name': 'alice', 'user.id': '1000' }],
    // Of who calls su
    [record('uid=1000 auid=1000', 'root', '/usr/bin/su'), { 'user.name': 'root', 'user.id': null }],
    [
      record('uid=1000 auid=1000', 'root', '/usr/bin/x', '\u001dUID="alice" AUID="alice"'),
      { 'user.name': 'root', 'user.id': null },
    ],
    [
      record('uid=1000 auid=1000', 'alice', '/usr/bin/sudo', '\u001dUID="alice" AUID="alice"'),
      { 'user.name': 'alice', 'user.id': '1000' },
    ],
  ])('%s', (line, fields) => expectFields(line, fields));
});

describe('Proxmox VE', () => {
  const packet =
    'IN=fwbr100i0 OUT=fwbr100i0 PHYSIN=fwln100i0 PHYSOUT=tap100i0 MAC=00:00:5e:00:53:01:00:00:5e:00:53:02:08:00 SRC=203.0.113.7 DST=192.0.2.1 LEN=60 PROTO=TCP SPT=5555 DPT=22 SYN';
  const ends = {
    'source.ip': '203.0.113.7',
    'source.port': 5555,
    'destination.ip': '192.0.2.1',
    'destination.port': 22,
    'network.transport': 'tcp',
    'observer.ingress.interface.name': 'fwbr100i0',
  };
  test.each<LineCase>([
    [
      `100 6 tap100i0-IN 20/Nov/2026:11:00:00 +0100 policy DROP: ${packet}`,
      { ...ends, 'event.action': 'drop', 'event.outcome': 'failure' },
      { vmid: '100', chain: 'tap100i0-IN', log_prefix: 'policy DROP:' },
    ],
    [
      `0 5 PVEFW-HOST-IN 20/Nov/2026:11:00:00 +0100 ACCEPT: ${packet}`,
      { ...ends, 'event.action': 'accept', 'event.outcome': 'success' },
      { vmid: '0' },
    ],
    // A bridge's packet in the kernel's own log
    [
      `<4>Nov 20 10:00:00 pve kernel: [ 12.3] DROP: ${packet}`,
      { ...ends, 'event.action': 'drop' },
      { log_prefix: 'DROP:' },
    ],
  ])('%s', (line, fields, own) => expectFields(line, fields, own));

  test('states its times as access logs do, also with the number of the month', () => {
    for (const line of [
      `100 6 tap100i0-IN 20/Nov/2026:11:00:00 +0100 policy DROP: ${packet}`,
      '::ffff:203.0.113.7 - root@pam [20/11/2026:11:00:00 +0100] "POST /api2/extjs/access/ticket HTTP/1.1" 401 13',
    ]) {
      expect(new Date(normalized(line).timestamp).toISOString()).toBe('2026-11-20T10:00:00.000Z');
    }
  });
});

describe('Asterisk', () => {
  const from = (text: string) => `${at} asterisk[1]: NOTICE[1][C-1] chan_sip.c: ${text}`;
  const refused = {
    'event.action': 'sip_login',
    'event.outcome': 'failure',
    'source.ip': '203.0.113.7',
    'source.port': 5060,
    'destination.ip': null,
  };
  const nobody = { 'source.ip': null, 'source.port': null };
  test.each<LineCase>([
    [
      from(`Registration from '"100" <sip:100@192.0.2.1>' failed for '203.0.113.7:5060' - Wrong password`),
      { ...refused, 'user.name': '100', 'event.reason': 'Wrong password' },
    ],
    [
      `[2026-11-20 10:00:00] NOTICE[9]: chan_sip.c:28926 in handle_request_register: Registration from '<sip:100@192.0.2.1>' failed for '[2001:db8::7]:5060' - No matching peer found`,
      { ...refused, 'source.ip': '2001:db8::7', 'user.name': '100' },
    ],
    // The header holds the frame
    [
      from(
        `Registration from '"x' failed for '192.0.2.9:1' - y" <sip:100@192.0.2.1>' failed for '203.0.113.7:5060' - Wrong password`,
      ),
      { ...refused, 'user.name': '100' },
    ],
    [
      from(
        `Registration from '"<sip:root@x>" <sip:100@192.0.2.1>' failed for '203.0.113.7:5060' - Wrong password`,
      ),
      { ...refused, 'user.name': null },
    ],
    [
      `${at} asterisk[1]: NOTICE[9]: res_pjsip/pjsip_distributor.c:676 log_failed_request: Request 'REGISTER' from '"100" <sip:100@192.0.2.1>' failed for '203.0.113.7:5060' (callid: a - b) - No matching endpoint found`,
      { ...refused, 'user.name': '100', 'event.reason': 'No matching endpoint found' },
    ],
    // The id of the call holds the frame
    [
      from(
        `Request 'REGISTER' from '<sip:100@192.0.2.1>' failed for '203.0.113.7:5060' (callid: ' failed for '192.0.2.9:1' (callid: x) - No matching endpoint found`,
      ),
      nobody,
    ],
    [
      `${at} asterisk[1]: SECURITY[9]: res_security_log.c:114 in security_event_stasis_cb: SecurityEvent="InvalidPassword",EventTV="2026-11-20T10:00:00.123-0500",Severity="Error",Service="PJSIP",EventVersion="2",AccountID="100",SessionID="0x7f",LocalAddress="IPV4/UDP/192.0.2.10/5060",RemoteAddress="IPV4/UDP/203.0.113.7/5060",Challenge=""`,
      { ...refused, 'user.name': '100', 'network.transport': 'udp' },
    ],
    [
      from(
        `SecurityEvent="InvalidAccountID",Service="SIP",AccountID="x",RemoteAddress="IPV4/UDP/192.0.2.9/1",SessionID="0x7f",RemoteAddress="IPV4/UDP/203.0.113.7/5060"`,
      ),
      nobody,
    ],
    [
      from(
        `SecurityEvent="SuccessfulAuth",Service="AMI",AccountID="bob",SessionID="0x7f",RemoteAddress="IPV4/TCP/203.0.113.7/5060"`,
      ),
      {
        'event.action': 'admin_login',
        'event.outcome': 'success',
        'user.name': 'bob',
        'source.ip': '203.0.113.7',
      },
    ],
    [
      from(
        `Call from '100' (203.0.113.7:5060) to extension '900' rejected because extension not found in context 'default'.`,
      ),
      {
        'event.action': 'sip_call',
        'event.outcome': 'failure',
        'source.ip': '203.0.113.7',
        'user.name': '100',
      },
    ],
    [
      `${at} asterisk[1]: NOTICE[9]: manager.c:1 in authenticate: 203.0.113.7 failed to authenticate as 'admin from 192.0.2.9'`,
      { 'event.action': 'admin_login', 'source.ip': '203.0.113.7', 'user.name': 'admin from 192.0.2.9' },
    ],
    [`${at} asterisk[1]: NOTICE[9]: loader.c: all is well on 192.0.2.9`, { ...nobody, 'event.action': null }],
  ])('%s', (line, fields) => expectFields(line, fields));
});

describe('MikroTik, who dials in', () => {
  const wanted = { 'event.action': 'vpn_login', 'event.outcome': 'success', 'user.name': 'alice' };
  test.each<LineCase>([
    [
      `${at} l2tp,ppp,info,account alice logged in, 192.0.2.70 from 203.0.113.7`,
      { ...wanted, 'source.ip': '203.0.113.7', 'destination.ip': null },
      { assigned_ip: '192.0.2.70' },
    ],
    [
      `${at} l2tp,ppp,info,account a logged in, 192.0.2.9 from 192.0.2.8 logged in, 192.0.2.70 from 203.0.113.7`,
      { 'source.ip': '203.0.113.7', 'user.name': 'a logged in, 192.0.2.9 from 192.0.2.8' },
    ],
    [
      `${at} ovpn,ppp,info,account alice from 192.0.2.9 logged in, 192.0.2.70`,
      { 'source.ip': null, 'user.name': 'alice from 192.0.2.9' },
    ],
    [
      `${at} pppoe,ppp,info,account alice logged in, 192.0.2.70 from 00:00:5E:00:53:01`,
      { ...wanted, 'source.ip': null, 'source.mac': '00-00-5E-00-53-01' },
    ],
    [
      `${at} l2tp,ppp,info,account alice logged out, 28 1066 306 17 10 from 203.0.113.7`,
      { 'event.action': 'vpn_logout', 'source.ip': '203.0.113.7', 'user.name': 'alice' },
    ],
    [
      `${at} l2tp,ppp,error <203.0.113.7>: user bob authentication failed`,
      {
        'event.action': 'vpn_login',
        'event.outcome': 'failure',
        'source.ip': '203.0.113.7',
        'user.name': 'bob',
      },
    ],
  ])('%s', (line, fields, own) => expectFields(line, fields, own));
});

describe('whom a user becomes, whatever he runs and wherever', () => {
  test.each<LineCase>([
    [
      `${at} doas: alice ran command /bin/id as root from /home/alice`,
      {
        'user.name': 'alice',
        'user.target.name': 'root',
        'process.command_line': '/bin/id',
        'process.working_directory': '/home/alice',
      },
    ],
    [
      `${at} doas: alice ran command echo as I said as root from /home/alice`,
      { 'user.target.name': 'root', 'process.command_line': 'echo as I said' },
    ],
    [
      `${at} doas: alice ran command /bin/id as nobody from /x as root from /home/alice`,
      { 'event.action': 'doas', 'user.name': 'alice', 'user.target.name': 'root' },
    ],
    [
      `${at} doas: alice ran command /bin/id as nobody from /x as bob from /home/alice`,
      { 'event.action': 'doas', 'user.name': 'alice', 'user.target.name': null },
    ],
    [
      `${at} sudo: alice : TTY=pts/0 ; PWD=/tmp/a ; USER=nobody ; COMMAND=/x ; USER=root ; COMMAND=/bin/ls`,
      { 'user.name': 'alice', 'user.target.name': 'root' },
    ],
    [
      `${at} sudo: alice : TTY=pts/0 ; PWD=/tmp/a ; USER=nobody ; COMMAND=/x ; USER=bob ; COMMAND=/bin/ls`,
      { 'user.name': 'alice', 'user.target.name': null },
    ],
    [
      `${at} sudo: alice : TTY=pts/0 ; PWD=/tmp/a ; USER=nobody ; USER=root ; COMMAND=/bin/ls`,
      { 'user.target.name': 'root', 'process.command_line': '/bin/ls' },
    ],
    [
      `${at} sudo: alice : TTY=pts/0 ; PWD=/tmp/a USER=nobody COMMAND=/x ; USER=root ; COMMAND=/bin/ls`,
      { 'user.target.name': 'root', 'process.command_line': '/bin/ls' },
    ],
    [
      `${at} sudo: alice : TTY=pts/0 ; PWD=/tmp ; GROUP=wheel ; USER=root ; COMMAND=/bin/ls ; USER=x`,
      { 'user.target.name': 'root', 'group.name': null },
    ],
    [
      `${at} sudo: alice : TTY=pts/0 ; PWD=/ ; USER=root ; ENV=A=x ; GROUP=wheel ; COMMAND=/x`,
      { 'user.target.name': 'root', 'group.name': null },
    ],
    [
      `${at} doas: command not permitted for alice: /x ran command /y as root from /z`,
      { 'event.outcome': 'failure', 'user.name': 'alice', 'user.target.name': null },
    ],
    [
      `${at} sudo: alice : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/x ; USER=root ; COMMAND=/y`,
      { 'user.target.name': 'root' },
    ],
  ])('%s', (line, fields) => expectFields(line, fields));
});
