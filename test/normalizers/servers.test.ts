import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<30>Nov 19 10:31:00 web';

describe('web servers and proxies', () => {
  test.each<LineCase>([
    [
      '192.0.2.1 - a b [19/Nov/2026:13:55:36 +0000] "GET http://u@a.example:81/x?y=1 HTTP/1.1" 404 5 "-" "-"',
      {
        'user.name': 'a b',
        'url.domain': 'a.example',
        'url.path': '/x',
        'url.query': 'y=1',
        'http.version': '1.1',
        'event.outcome': 'failure',
        'user_agent.original': null,
      },
    ],
    [
      '2026/11/19 13:55:36 [error] 1#2: *3 open() "/var/www/x, client: 203.0.113.9, server: a" failed, client: 192.0.2.1, server: b, request: "GET / HTTP/1.1", host: "b"',
      { 'source.ip': null, 'event.category': ['web'] },
    ],
    [
      '2026/11/19 13:55:36 [error] 1#2: *3 access forbidden by rule, client: 192.0.2.1, server: b, request: "GET /.git HTTP/1.1"',
      { 'source.ip': '192.0.2.1', 'event.action': 'access_denied', 'url.domain': 'b' },
    ],
    [
      '[Wed Oct 11 14:32:52.123456 2023] [auth_basic:error] [pid 35708:tid 4] [client 2001:db8::7:5000] AH01618: user bob not found: /admin',
      {
        'source.ip': '2001:db8::7',
        'source.port': 5000,
        'event.code': 'AH01618',
        'user.name': 'bob',
        'event.outcome': 'failure',
        'process.pid': 35708,
      },
    ],
    [
      `${at} haproxy[1]: 2001:db8::1:33317 [19/Nov/2026:12:14:14.655] in~ b/<NOSRV> -1/-1/-1/-1/9 503 217 - - SC-- 1/1/1/1/0 0/0 "GET /x"y HTTP/1.1"`,
      {
        'source.ip': '2001:db8::1',
        'http.response.status_code': 503,
        'url.original': '/x"y',
        'event.outcome': 'failure',
      },
    ],
    [`${at} nginx: something of its own`, { 'event.category': ['web'], 'event.outcome': null }],
  ])('%s', expectFields);

  test('an access line through nginx belongs to nginx, one from a file to any web server', () => {
    const line = '192.0.2.1 - - [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 5 "-" "-"';
    expect(normalized(line).logsource).toMatchObject({
      product: null,
      categories: ['webserver'],
      services: [],
    });
    expect(normalized(`${at} nginx: ${line}`).logsource).toMatchObject({
      product: 'nginx',
      services: ['nginx'],
    });
  });
});

describe('Squid in the formats of web servers', () => {
  const HEAD = '192.0.2.1 - bob [19/Nov/2026:13:55:36 +0000] "GET http://a.example/x.exe HTTP/1.1" 200 5';

  test('is a proxy', () => {
    for (const [line, result, outcome] of [
      [`${HEAD} "-" "curl/8" TCP_MISS:HIER_DIRECT`, 'TCP_MISS', 'success'],
      [`${HEAD} TCP_DENIED:HIER_NONE`, 'TCP_DENIED', 'failure'],
      [`${at} squid[7]: ${HEAD} "-" "curl/8" NONE:NONE`, 'NONE', 'success'],
    ] as const) {
      const event = normalized(line);
      expect(event.logsource).toMatchObject({ product: 'squid', categories: ['proxy'], services: ['squid'] });
      expect(event).toMatchObject({
        'event.action': result,
        'event.outcome': outcome,
        'user.name': 'bob',
        'url.original': 'http://a.example/x.exe',
      });
    }
  });

  test.each(['"TCP_MISS:HIER_DIRECT"', 'TCP_MISS', 'tcp_miss:hier_direct', 'TCP_MISS:x y', '0.003'])(
    'is none with other words behind it: %s',
    (extra) => {
      const { logsource } = normalized(`${HEAD} "-" "TCP_MISS:HIER_DIRECT" ${extra}`);
      expect(logsource).toMatchObject({ product: null, categories: ['webserver'] });
    },
  );
});

describe('mail, names, VPN, files, databases', () => {
  test.each<LineCase>([
    [
      `${at} postfix/smtpd[1]: NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 denied; from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<x>`,
      {
        'source.ip': '192.0.2.1',
        'event.outcome': 'failure',
        'email.to.address': 'c@d.example',
        'email.from.address': 'a@b.example',
      },
    ],
    [
      `${at} postfix/submission/smtpd[1]: lost connection after AUTH from h.example[192.0.2.1]`,
      { 'source.ip': '192.0.2.1', 'source.domain': 'h.example' },
    ],
    [
      `${at} postfix/smtp[1]: 3F: to=<a@b.example>, relay=m[192.0.2.9]:25, delay=1, status=sent (250 ok)`,
      { 'event.action': 'mail_sent', 'event.outcome': 'success', 'email.to.address': 'a@b.example' },
    ],
    [
      `${at} dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<x>, method=PLAIN, rip=203.0.113.9, lip=1.1.1.1>, method=PLAIN, rip=192.0.2.1, lip=198.51.100.2`,
      { 'source.ip': '192.0.2.1', 'event.outcome': 'failure', 'event.action': 'mail_login' },
    ],
    [
      `${at} named[1]: client @0x7f 192.0.2.5#53 (a.example): view internal: query: a.example IN TXT + (198.51.100.53)`,
      { 'dns.question.type': 'TXT', 'destination.ip': '198.51.100.53' },
    ],
    [
      `${at} named[1]: client 192.0.2.5#53: update 'a.example/IN' denied`,
      { 'event.action': 'dns_update', 'dns.question.name': 'a.example', 'event.outcome': 'failure' },
    ],
    [
      `${at} dnsmasq[1]: 7 192.0.2.44/5353 query[A] x from 203.0.113.9 from 192.0.2.44`,
      { 'source.ip': '192.0.2.44', 'dns.question.name': 'x from 203.0.113.9' },
    ],
    [
      `${at} dnsmasq-dhcp[1]: DHCPACK(eth0) 192.0.2.7 00:00:5e:00:53:01 laptop`,
      { 'source.ip': '192.0.2.7', 'source.mac': '00-00-5E-00-53-01', 'event.action': 'dhcpack' },
    ],
    [
      `${at} ovpn-server1[1]: alice/192.0.2.18:51820 TLS Auth Error: Auth Username/Password verification failed for peer`,
      {
        'user.name': 'alice',
        'source.ip': '192.0.2.18',
        'event.outcome': 'failure',
        'event.action': 'vpn_login',
      },
    ],
    [
      'Thu Nov 19 12:21:00 2026 [pid 2] [a] b] OK UPLOAD: Client "192.0.2.19", "/x", 5 bytes',
      { 'user.name': 'a] b', 'file.path': '/x', 'event.action': 'ftp_upload' },
    ],
    [
      `${at} fail2ban.actions[612]: NOTICE [sshd] Unban 192.0.2.66`,
      { 'event.action': 'unban', 'rule.name': 'sshd', 'source.ip': '192.0.2.66' },
    ],
    [
      `${at} mysqld[1]: 5 [Note] Access denied for user 'a'@'203.0.113.9' (x'@'192.0.2.1' (using password: NO)`,
      { 'source.ip': '192.0.2.1', 'user.name': "a'@'203.0.113.9' (x", 'event.outcome': 'failure' },
    ],
    [
      `${at} postgres[1]: [5-1] FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "eve", database "prod", no encryption`,
      { 'source.ip': '192.0.2.1', 'user.name': 'eve', 'event.outcome': 'failure' },
    ],
  ])('%s', expectFields);
});

/** Apache with mod_security2, nginx with libmodsecurity 3; the core rule set's documentation. */
describe('ModSecurity', () => {
  const tail = '[severity "CRITICAL"] [hostname "a.example"] [uri "/x"] [unique_id "abc"]';
  const apache =
    '[Wed Nov 19 21:54:44.123456 2025] [security2:error] [pid 7:tid 8] [client 203.0.113.5:4444] [client 203.0.113.5]';

  test.each<LineCase>([
    [
      `${apache} ModSecurity: Access denied with code 403 (phase 2). Pattern match "x" at ARGS:id. [file "/etc/x.conf"] [line "1"] [id "942100"] [msg "SQL Injection Attack Detected"] ${tail}`,
      {
        'event.category': ['intrusion_detection', 'web'],
        'event.action': 'waf_denied',
        'event.outcome': 'failure',
        'source.ip': '203.0.113.5',
        'rule.id': '942100',
        'rule.name': 'SQL Injection Attack Detected',
        'url.path': '/x',
        'url.domain': 'a.example',
      },
    ],
    [
      `${apache} ModSecurity: Warning. Matched phrase "x". [file "/etc/x.conf"] [line "1"] [id "913100"] [msg "Scanner"] ${tail}`,
      { 'event.action': 'waf_detected', 'event.outcome': null, 'rule.id': '913100' },
    ],
    [
      `2026/11/19 13:55:36 [error] 1#2: *3 [client 203.0.113.5] ModSecurity: Access denied with code 403 (phase 2). Matched "Operator" [file "/etc/x.conf"] [line "81"] [id "949110"] [rev ""] [msg "Inbound Anomaly Score Exceeded"] [data ""] ${tail}, client: 203.0.113.5, server: b, request: "GET /x?y=1 HTTP/1.1", host: "b.example"`,
      {
        'event.action': 'waf_denied',
        'source.ip': '203.0.113.5',
        'rule.id': '949110',
        'url.original': '/x?y=1',
        'url.domain': 'b.example',
      },
    ],
    [
      `2026/11/19 13:55:36 [error] 1#2: *3 [client 203.0.113.5] ModSecurity: Access denied with code 403 (phase 2). (Value: \`a [id "1"] [msg "fine"]' ) [file "/etc/x.conf"] [line "81"] [id "949110"] [msg "Score"] ${tail}, client: 203.0.113.5, server: b, request: "GET /x HTTP/1.1"`,
      { 'event.action': 'waf_denied', 'rule.id': null, 'rule.name': null },
    ],
  ])('%s', expectFields);
});

describe('Samba', () => {
  const audit = (user: string, status = 'NT_STATUS_WRONG_PASSWORD') =>
    `${at} smbd[9]: Auth: [SMB2,(null)] user [HOME]\\[${user}] at [Thu, 19 Nov 2026 21:54:44.123 UTC] with [NTLMv2] status [${status}] workstation [LAPTOP] remote host [ipv4:203.0.113.5:51234] mapped to [HOME]\\[${user}]. local host [ipv4:192.0.2.1:445]`;

  test.each<LineCase>([
    [
      audit('bob'),
      {
        'event.action': 'smb_login',
        'event.outcome': 'failure',
        'event.reason': 'NT_STATUS_WRONG_PASSWORD',
        'user.name': 'bob',
        'user.domain': 'HOME',
        'source.ip': '203.0.113.5',
        'source.port': 51234,
      },
    ],
    [audit('bob', 'NT_STATUS_OK'), { 'event.outcome': 'success', 'event.reason': null }],
    [
      audit('x] remote host [ipv4:198.51.100.1:1'),
      { 'event.outcome': 'failure', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} smbd[9]: [2026/11/19 21:54:44.123, 2] ../../source3/auth/auth.c:347(auth_check_ntlm_password)   check_ntlm_password:  Authentication for user [bob] -> [bob] FAILED with error NT_STATUS_NO_SUCH_USER, authoritative=1`,
      { 'event.outcome': 'failure', 'event.reason': 'NT_STATUS_NO_SUCH_USER', 'user.name': 'bob' },
    ],
    [
      `${at} smbd[9]:   check_ntlm_password:  authentication for user [bob] -> [bob] -> [bob] succeeded`,
      { 'event.outcome': 'success', 'user.name': 'bob' },
    ],
  ])('%s', expectFields);
});

describe('FTP', () => {
  const proftpd = `${at} proftpd[9]: srv (203.0.113.5[203.0.113.5]) -`;
  const refused = { 'event.action': 'ftp_login', 'event.outcome': 'failure', 'source.ip': '203.0.113.5' };

  test.each<LineCase>([
    [`${proftpd} USER bob (Login failed): Incorrect password.`, { ...refused, 'user.name': 'bob' }],
    [`${proftpd} USER bob: Login successful.`, { 'event.outcome': 'success', 'user.name': 'bob' }],
    [
      `${proftpd} USER bob: no such user found from 203.0.113.5 [203.0.113.5] to 192.0.2.1:21`,
      { ...refused, 'user.name': 'bob', 'event.reason': 'invalid_user', 'destination.ip': null },
    ],
    [
      `${proftpd} USER x (192.0.2.1[192.0.2.1]) - USER y: Login successful (Login failed): Incorrect password.`,
      { ...refused, 'user.name': 'x (192.0.2.1[192.0.2.1]) - USER y: Login successful' },
    ],
    [
      `${proftpd} USER x (Login failed): y (Login failed): Incorrect password.`,
      { ...refused, 'user.name': 'x (Login failed): y' },
    ],
    [`${proftpd} FTP session opened.`, { 'event.action': 'ftp_connect', 'source.ip': '203.0.113.5' }],
    [
      `${at} pure-ftpd: (?@203.0.113.5) [WARNING] Authentication failed for user [bob]`,
      { ...refused, 'user.name': 'bob' },
    ],
    [
      `${at} pure-ftpd: (?@203.0.113.5) [WARNING] Authentication failed for user [x@192.0.2.1) [INFO]]`,
      { ...refused, 'user.name': 'x@192.0.2.1) [INFO]' },
    ],
    [
      `${at} pure-ftpd: (?@203.0.113.5) [INFO] bob is now logged in`,
      { 'event.outcome': 'success', 'user.name': 'bob' },
    ],
    [
      `${at} pure-ftpd: pam_unix(pure-ftpd:auth): authentication failure; logname= uid=0 euid=0 tty=pure-ftpd ruser=bob rhost=203.0.113.5  user=bob`,
      { 'event.action': 'pam_authentication', 'source.ip': '203.0.113.5' },
    ],
  ])('%s', expectFields);
});

describe('strongSwan', () => {
  test.each<LineCase>([
    [
      `${at} charon: 05[IKE] authentication of 'alice@example.com' with EAP successful`,
      { 'event.action': 'vpn_login', 'event.outcome': 'success', 'user.name': 'alice@example.com' },
    ],
    [
      `${at} charon: 05[IKE] <road|3> EAP method EAP_MSCHAPV2 failed for peer alice`,
      { 'event.action': 'vpn_login', 'event.outcome': 'failure', 'user.name': 'alice' },
    ],
    [
      `${at} charon: 05[IKE] XAuth authentication of 'alice' failed`,
      { 'event.action': 'vpn_login', 'event.outcome': 'failure', 'user.name': 'alice' },
    ],
    [
      `${at} charon-systemd[9]: 203.0.113.5 is initiating an IKE_SA`,
      { 'event.action': 'vpn_connection', 'source.ip': '203.0.113.5' },
    ],
    [
      `${at} charon: 05[IKE] EAP method EAP_MSCHAPV2 failed for peer x from 192.0.2.1`,
      { 'user.name': 'x from 192.0.2.1', 'source.ip': null },
    ],
  ])('%s', expectFields);
});

describe('names and leases', () => {
  test.each<LineCase>([
    [
      `${at} unbound: [123:0] info: 192.0.2.20 evil.example. A IN`,
      {
        'event.action': 'dns_query',
        'source.ip': '192.0.2.20',
        'dns.question.name': 'evil.example',
        'dns.question.type': 'A',
        'dns.response_code': null,
      },
    ],
    [
      `${at} unbound[7]: [7:1] reply: 2001:db8::20 evil.example. TXT IN NXDOMAIN 0.002 0 30`,
      { 'event.action': 'dns_answer', 'source.ip': '2001:db8::20', 'dns.response_code': 'NXDOMAIN' },
    ],
    [
      `${at} unbound: [123:0] info: service stopped (unbound 1.19.2).`,
      { 'event.action': null, 'source.ip': null, 'dns.question.name': null },
    ],
    [
      `${at} dhcpd[9]: DHCPACK on 192.0.2.20 to aa:bb:cc:dd:ee:ff (laptop) via eth0`,
      {
        'event.action': 'dhcpack',
        'source.ip': '192.0.2.20',
        'source.mac': 'AA-BB-CC-DD-EE-FF',
        'source.domain': 'laptop',
      },
    ],
    [
      `${at} dhcpd: DHCPREQUEST for 192.0.2.20 (192.0.2.1) from aa:bb:cc:dd:ee:ff (x) via eth9 (y) via eth0`,
      { 'source.ip': '192.0.2.20', 'source.mac': 'AA-BB-CC-DD-EE-FF', 'source.domain': 'x) via eth9 (y' },
    ],
    [
      `${at} dhcpd: DHCPDISCOVER from aa:bb:cc:dd:ee:ff via eth0`,
      {
        'event.action': 'dhcpdiscover',
        'source.mac': 'AA-BB-CC-DD-EE-FF',
        'source.ip': null,
        'source.domain': null,
      },
    ],
    [
      `${at} kea-dhcp4[9]: INFO  [kea-dhcp4.leases.0x7f] DHCP4_LEASE_ALLOC [hwtype=1 aa:bb:cc:dd:ee:ff], cid=[no info], tid=0x5c7e: lease 192.0.2.20 has been allocated for 3600 seconds`,
      { 'event.action': 'dhcpack', 'source.ip': '192.0.2.20', 'source.mac': 'AA-BB-CC-DD-EE-FF' },
    ],
  ])('%s', expectFields);
});
