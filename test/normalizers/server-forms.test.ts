import { describe, expect, test } from 'vitest';
import { expectFieldsOfAny, type LineCase } from '../helpers/expect-fields.js';

const mx = 'Nov 19 10:00:01 mx';

describe('mail', () => {
  test.each<LineCase>([
    [
      `${mx} postfix/smtpd[5]: warning: non-SMTP command from unknown[192.0.2.55]: GET / HTTP/1.1`,
      { 'source.ip': '192.0.2.55', 'source.domain': null },
    ],
    [
      `${mx} postfix/smtpd[5]: warning: Connection rate limit exceeded: 31 from host.example[192.0.2.55] for service smtp`,
      { 'source.ip': '192.0.2.55', 'source.domain': 'host.example' },
    ],
    [
      `${mx} postfix/smtpd[5]: warning: non-SMTP command from unknown[192.0.2.55]: GET x[203.0.113.9]: SASL LOGIN authentication failed: y, sasl_username=root`,
      { 'source.ip': '192.0.2.55', 'source.domain': null, 'user.name': null, 'event.action': null },
    ],
    [
      `${mx} postfix/smtpd[5]: NOQUEUE: reject: EHLO from host.example[192.0.2.55]: 504 5.5.2 <User>: Helo command rejected: need fully-qualified hostname; proto=SMTP helo=<User>`,
      { 'event.reason': '504 5.5.2 <User>: Helo command rejected: need fully-qualified hostname' },
    ],
    [
      `${mx} postfix/cleanup[5]: 4B1: milter-reject: END-OF-MESSAGE from unknown[192.0.2.55]: 5.7.1 Spam; from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<x>`,
      {
        'source.ip': '192.0.2.55',
        'event.action': 'mail_rejected',
        'event.outcome': 'failure',
        'email.to.address': 'c@d.example',
      },
    ],
    [
      `${mx} postfix/smtpd[5]: improper command pipelining after NOOP from unknown[192.0.2.55]: x`,
      { 'source.ip': '192.0.2.55' },
    ],
    [
      `${mx} postfix/smtpd[5]: too many errors after AUTH from host.example[192.0.2.55]`,
      { 'source.ip': '192.0.2.55', 'source.domain': 'host.example' },
    ],
    [
      `${mx} postfix/smtpd[5]: Anonymous TLS connection established from unknown[192.0.2.55]: TLSv1.3 with cipher X`,
      { 'source.ip': '192.0.2.55' },
    ],
    [
      `${mx} postfix/anvil[5]: statistics: max connection rate 1/60s for (smtp:192.0.2.55) at Nov 19 09:00:00`,
      {},
      { queue_id: undefined },
    ],
    [
      `${mx} dovecot: auth-worker(5): conn unix:auth-worker (pid=1,uid=0): auth-worker<1>: sql(bob,192.0.2.66,<abc>): unknown user`,
      { 'user.name': 'bob', 'source.ip': '192.0.2.66', 'event.outcome': 'failure' },
    ],
    [
      `${mx} dovecot: auth: login(?,192.0.2.66): Empty username`,
      { 'user.name': null, 'source.ip': '192.0.2.66' },
    ],
    [
      `${mx} dovecot: auth: policy(bob,192.0.2.66): Authentication failure due to policy server refusal`,
      { 'user.name': 'bob', 'event.outcome': 'failure' },
    ],
    [`${mx} dovecot: lmtp(5): Connect from local`, { 'user.name': null }],
    [
      `${mx} dovecot: pop3-login: Aborted login (tried to use disabled plaintext auth): rip=192.0.2.66, lip=198.51.100.2`,
      { 'source.ip': '192.0.2.66', 'destination.ip': '198.51.100.2', 'user.name': null },
    ],
    [
      `${mx} saslauthd[5]: do_auth         : auth failure: [user=bob] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]`,
      { 'user.name': 'bob', 'event.outcome': 'failure' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('names and tunnels', () => {
  test.each<LineCase>([
    [
      "Nov 19 10:00:01 ns1 named[1]: client @0x7f 192.0.2.66#1 (example.com): transfer of 'example.com/IN': AXFR started (serial 5)",
      {
        'event.action': 'dns_zone_transfer',
        'dns.question.name': 'example.com',
        'dns.question.type': 'AXFR',
        'event.outcome': null,
      },
    ],
    [
      "Nov 19 10:00:01 ns1 named[1]: client @0x7f 192.0.2.66#1/key k: updating zone 'example.com/IN': adding an RR at 'a.example.com' A 192.0.2.9",
      { 'event.action': 'dns_update', 'dns.question.name': 'example.com', 'source.ip': '192.0.2.66' },
    ],
    [
      'Nov 19 10:00:01 gw dnsmasq[7]: 1 192.0.2.5/5353 query[A] example.com from 192.0.2.5',
      { 'source.ip': '192.0.2.5', 'source.port': 5353, 'dns.question.name': 'example.com' },
    ],
    [
      'Nov 19 10:00:01 gw dnsmasq[7]: gravity blocked ads.example is 0.0.0.0',
      { 'event.action': 'dns_answer', 'dns.question.name': 'ads.example', 'event.outcome': 'failure' },
    ],
    [
      'Nov 19 10:00:01 gw dnsmasq-dhcp[7]: 1234 DHCPREQUEST(br0) 192.0.2.9 00:00:5e:00:53:01',
      { 'event.action': 'dhcprequest', 'source.ip': '192.0.2.9', 'source.mac': '00-00-5E-00-53-01' },
    ],
    [
      'Nov 19 12:20:00 vpn charon[5]: 05[IKE] IKE_SA rw[1] established between 198.51.100.1[vpn.example.com]...192.0.2.18[bob@example.com]',
      {
        'source.ip': '192.0.2.18',
        'destination.ip': '198.51.100.1',
        'user.name': 'bob@example.com',
        'event.action': 'vpn_connection',
        'event.outcome': 'success',
      },
    ],
    [
      'Nov 19 12:20:00 vpn charon[5]: 05[IKE] deleting IKE_SA rw[1] between 198.51.100.1[vpn]...192.0.2.18[bob]',
      { 'source.ip': '192.0.2.18', 'user.name': 'bob', 'event.type': ['connection', 'end'] },
    ],
    [
      'Nov 19 12:20:00 vpn charon[5]: 05[NET] received packet: from 192.0.2.18[500] to 198.51.100.1[500] (500 bytes)',
      {
        'source.ip': '192.0.2.18',
        'source.port': 500,
        'destination.ip': '198.51.100.1',
        'destination.port': 500,
        'event.category': ['network'],
      },
    ],
    [
      'Nov 19 12:20:00 vpn charon[5]: 05[IKE] no IKE config found for 198.51.100.1...192.0.2.18, sending NO_PROPOSAL_CHOSEN',
      { 'source.ip': '192.0.2.18', 'destination.ip': '198.51.100.1', 'event.outcome': 'failure' },
    ],
    [
      'Nov 19 12:20:00 vpn openvpn[5]: TLS Error: tls-crypt unwrapping failed from [AF_INET]192.0.2.18:51820',
      { 'source.ip': '192.0.2.18', 'source.port': 51820, 'event.outcome': 'failure' },
    ],
    [
      'Nov 19 12:20:00 vpn openvpn[5]: TCP connection established with [AF_INET]192.0.2.18:51820',
      { 'source.ip': '192.0.2.18', 'source.port': 51820, 'event.action': 'vpn_connection' },
    ],
    [
      "2026-11-19 12:20:00 us=5 192.0.2.18:51820 TLS: Username/Password authentication succeeded for username 'bob'",
      {
        'user.name': 'bob',
        'source.ip': '192.0.2.18',
        'event.outcome': 'success',
        'event.action': 'vpn_login',
      },
    ],
    [
      'Thu Nov 19 12:20:00 2026 192.0.2.18:51820 TLS Auth Error: Auth Username/Password verification failed for peer',
      { 'source.ip': '192.0.2.18', 'source.port': 51820, 'event.outcome': 'failure' },
    ],
    [
      'Nov 19 12:20:00 vpn kernel: wireguard: wg0: Handshake for peer 5 (192.0.2.18:51820) did not complete after 5 seconds, retrying (try 2)',
      { 'source.ip': null, 'destination.ip': '192.0.2.18', 'destination.port': 51820 },
    ],
    [
      'Nov 19 12:20:00 vpn kernel: [12.5] wireguard: wg0: Invalid handshake initiation from 192.0.2.18:51820',
      { 'source.ip': '192.0.2.18', 'source.port': 51820, 'event.outcome': 'failure' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('databases', () => {
  test.each<LineCase>([
    [
      '2026-11-19 12:24:00 UTC:192.0.2.31(5555):bob@prod:[321]:FATAL:  password authentication failed for user "bob"',
      { 'source.ip': '192.0.2.31', 'source.port': 5555, 'user.name': 'bob', 'event.outcome': 'failure' },
    ],
    [
      '2026-11-19 12:24:00.123 UTC [321] bob@prod LOG:  connection authorized: user=bob database=prod SSL enabled (protocol=TLSv1.3)',
      { 'user.name': 'bob', 'event.outcome': 'success' },
      { database: 'prod' },
    ],
    [
      '2026-11-19 12:24:00.123 UTC [321] bob@prod LOG:  connection authorized: user=bob database=prod application_name=psql',
      { 'user.name': 'bob' },
      { database: 'prod' },
    ],
    [
      '2026-11-19 12:24:00.123 UTC [321] bob@prod LOG:  disconnection: session time: 0:00:05.123 user=bob database=prod host=192.0.2.31 port=5555',
      {
        'user.name': 'bob',
        'source.ip': '192.0.2.31',
        'source.port': 5555,
        'event.action': 'database_disconnect',
      },
    ],
    [
      '2026-11-19T12:23:00.123456Z\t   42 Connect\troot@192.0.2.31 on app using TCP/IP',
      { 'user.name': 'root', 'source.ip': '192.0.2.31', 'event.action': 'database_connect' },
    ],
    [
      "2026-11-19 12:23:00 139 [Warning] Aborted connection 139 to db: 'app' user: 'bob' host: '192.0.2.31' (Got an error reading communication packets)",
      { 'user.name': 'bob', 'source.ip': '192.0.2.31', 'event.action': 'database_disconnect' },
    ],
    [
      '20261119 12:23:00,db1,bob,192.0.2.31,5,0,FAILED_CONNECT,,,1045',
      {
        'user.name': 'bob',
        'source.ip': '192.0.2.31',
        'event.outcome': 'failure',
        'event.action': 'database_login',
      },
    ],
    [
      '321:M 19 Nov 2026 12:24:00.123 - Accepted 192.0.2.31:5555',
      {
        'source.ip': '192.0.2.31',
        'source.port': 5555,
        'process.pid': 321,
        'event.action': 'database_connect',
      },
    ],
    [
      'Nov 19 12:24:00 db redis-server[321]: Accepted 192.0.2.31:5555',
      { 'source.ip': '192.0.2.31', 'event.action': 'database_connect' },
    ],
    [
      '321:M 19 Nov 2026 12:24:00.123 # Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to compromise your Redis instance. Connection from 192.0.2.31:5555 aborted.',
      { 'source.ip': '192.0.2.31', 'event.category': ['intrusion_detection'], 'event.outcome': 'failure' },
    ],
    [
      '{"t":{"$date":"2026-11-19T12:24:00.123+00:00"},"s":"I","c":"ACCESS","id":20249,"ctx":"conn5","msg":"Authentication failed","attr":{"mechanism":"SCRAM-SHA-256","principalName":"bob","authenticationDatabase":"admin","remote":"192.0.2.31:5555","result":"AuthenticationFailed: x"}}',
      { 'user.name': 'bob', 'source.ip': '192.0.2.31', 'source.port': 5555, 'event.outcome': 'failure' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));

  test('Redis states its own time', () => {
    const event = expectFieldsOfAny('321:M 19 Nov 2026 12:24:00.123 * Ready to accept connections', {});
    expect(event.timestamp).toBe(Date.UTC(2026, 10, 19, 12, 24, 0, 123));
  });
});

describe('web', () => {
  test.each<LineCase>([
    [
      "[Thu Nov 19 13:55:36.123456 2026] [auth_digest:error] [pid 12] [client 192.0.2.28:400] AH01790: user `bob' in realm `r' not found: /adm",
      { 'user.name': 'bob', 'event.outcome': 'failure', 'source.ip': '192.0.2.28' },
    ],
    [
      '[Thu Nov 19 13:55:36.123456 2026] [core:error] [pid 12] (36)File name too long: [client 192.0.2.28:400] AH00036: access to /aaa failed',
      { 'source.ip': '192.0.2.28', 'source.port': 400 },
    ],
    [
      '2026/11/19 13:55:36 [info] 12#0: *5 client 192.0.2.23 closed keepalive connection',
      { 'source.ip': '192.0.2.23' },
    ],
    [
      'unix: - - [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 1 "-" "-"',
      { 'source.domain': null, 'url.original': '/' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});
