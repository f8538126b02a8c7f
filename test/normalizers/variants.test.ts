import { expect, test } from 'vitest';
import type { EcsField } from '../../src/model/event.js';
import { normalized } from '../helpers/normalized.js';

/** Rarer forms of lines that the other tests hold in their common form. */
type Case = [line: string, wanted: Partial<Record<EcsField, unknown>>];

test.each<Case>([
  [
    '192.0.2.20 - - [19/Nov/2026:13:55:36.5 -0100] "GET /x HTTP/1.1" 200 612',
    { 'source.ip': '192.0.2.20', 'url.original': '/x' },
  ],
  [
    '192.0.2.20 - "" [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 401 612 "-" "x"',
    { 'user.name': null, 'source.ip': '192.0.2.20' },
  ],
  [
    '192.0.2.20, 10.0.0.1, 10.0.0.2 - bob [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 200 612 "-" "x"',
    { 'source.ip': '192.0.2.20', 'user.name': 'bob', 'url.domain': null },
  ],
  [
    '[2001:db8::1] - - [19/Nov/2026:13:55:36 +0000] "GET / HTTP/1.1" 204 - "-" "-"',
    { 'source.ip': '2001:db8::1', 'source.domain': null },
  ],
  [
    '[Thu Nov 19 13:55:36.123456 2026] [authz_core:error] [pid 12] [client 192.0.2.28:400] AH01630: client denied by server configuration: /var/www/x',
    { 'event.action': 'access_denied', 'event.outcome': 'failure', 'event.code': 'AH01630' },
  ],
  [
    '<185>date=2024-04-23 time=01:16:08 devname="fw1" devid="F" logid="0101037138" type="event" subtype="vpn" action="tunnel-down" remip=192.0.2.33 locip=198.51.100.1 remport=500 locport=501 user="N/A"',
    { 'user.name': null, 'source.port': 500, 'destination.ip': '198.51.100.1', 'destination.port': 501 },
  ],
  [
    '<14>1,2018/10/30 09:46:12,01606001116,SYSTEM,globalprotect,0,2018/10/30 09:46:12,,globalprotectportal-auth-fail,GP,0,0,general,informational,"GlobalProtect portal user authentication failed. Login from: 2001:db8::9, Source region: US, User name: eve, Client OS version: x, Reason: Authentication failed: Invalid username or password, Auth type: profile.",1,0x0,0,0,0,0,,fw',
    {
      'user.name': 'eve',
      'source.ip': '2001:db8::9',
      'event.outcome': 'failure',
      'event.reason': 'Authentication failed: Invalid username or password',
    },
  ],
  [
    '<14>Apr 23 01:16:08 srx1 RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed TCP FIN: 192.0.2.5/1->198.51.100.7/443 junos-https 203.0.113.5/2->198.51.100.7/443 source rule x none N/A 6 p1 trust untrust 1 10(100) 20(200) 3 UNKNOWN UNKNOWN',
    {
      'network.transport': 'tcp',
      'rule.name': 'p1',
      'source.nat.ip': '203.0.113.5',
      'source.nat.port': 2,
      'destination.nat.ip': null,
      'source.bytes': 100,
      'destination.bytes': 200,
    },
  ],
  [
    '<14>Apr 23 01:16:08 srx1 RT_FLOW: RT_FLOW_SESSION_DENY: session denied 192.0.2.5/1->198.51.100.7/22 junos-ssh 6(0) deny-all untrust trust UNKNOWN',
    { 'network.transport': 'tcp', 'rule.name': 'deny-all', 'destination.port': 22 },
  ],
  [
    "<14>Apr 23 01:16:08 srx1 mgd[99]: UI_CMDLINE_READ_LINE: User 'bob', command 'set x 'y''",
    { 'user.name': 'bob', 'process.command_line': "set x 'y'" },
  ],
  [
    '<14>1 2024-04-23T01:16:08.123Z srx1 RT_IDP - IDP_ATTACK_LOG_EVENT [junos@2636.1.1.1.2.129 source-address="192.0.2.5" policy-name="p" attack-name="HTTP:X" action="DROP"]',
    { 'rule.name': 'HTTP:X', 'event.outcome': 'failure' },
  ],
  [
    '<14>1 2024-04-23T01:16:08.123Z srx1 RT_FLOW - RT_FLOW_SESSION_CREATE [junos@2636.1.1.1.2.129 source-address="192.0.2.5" source-port="1" nat-source-address="203.0.113.5" nat-source-port="2"] x',
    { 'source.nat.ip': '203.0.113.5', 'source.nat.port': 2 },
  ],
  [
    'Nov 19 08:00:00 mx dovecot: imap-login: Aborted login (auth failed, 1 attempts): user=<bob>, method=PLAIN, rip=192.0.2.66, rport=4000, lip=198.51.100.2, lport=143',
    { 'source.port': 4000, 'destination.port': 143 },
  ],
  [
    'Nov 19 08:00:00 mx postfix/postscreen[13]: PREGREET 11 after 0.1 from [192.0.2.9]:1234: EHLO [203.0.113.1]:5',
    { 'source.ip': '192.0.2.9', 'source.port': 1234 },
  ],
  [
    'Nov 19 08:00:00 mx postfix/postscreen[13]: CONNECT from [2001:db8::9]:1234 to [198.51.100.1]:25',
    { 'source.ip': '2001:db8::9', 'event.action': 'mail_connect' },
  ],
  [
    'Nov 19 12:14:14 lb haproxy[1]: 192.0.2.15:33 [19/Nov/2026:12:14:14.655] in static/srv1 10/0/30/69/+109 200 +2750 - - ---- 1/1/1/1/+2 0/0 "POST /x HTTP/1.1"',
    { 'http.response.body.bytes': 2750, 'event.duration': 109e6 },
  ],
  [
    'Nov 19 12:14:14 lb haproxy[1]: Connect from 2001:db8::15:33 to 198.51.100.1:80 (web/HTTP)',
    {
      'source.ip': '2001:db8::15',
      'source.port': 33,
      'destination.ip': '198.51.100.1',
      'destination.port': 80,
    },
  ],
  [
    'Nov 19 12:14:14 lb haproxy[1]: 192.0.2.15:33 [19/Nov/2026:12:14:14.655] web/1: SSL handshake failure',
    { 'source.ip': '192.0.2.15', 'event.action': 'tls_handshake', 'event.outcome': 'failure' },
  ],
  [
    'type=EXECVE msg=audit(1364481366.100:2): argc=3 a0="bash" a1_len=20 a1[0]=6162 a1[1]=6364 a2="x"',
    { 'process.command_line': 'bash abcd x' },
  ],
  [
    'type=USER_MGMT msg=audit(1364481368.100:2): pid=100 uid=0 auid=1000 ses=1 msg=\'op=add-user-to-group grp="wheel" acct="eve" exe="/usr/sbin/usermod" res=success\'',
    { 'user.target.name': 'eve', 'group.name': 'wheel', 'event.action': 'user_added_to_group' },
  ],
  [
    '{"timestamp":"2026-11-19T13:55:36.1+0000","event_type":"dns","src_ip":"192.0.2.6","dest_ip":"198.51.100.53","dest_port":53,"proto":"UDP","dns":{"type":"answer","rrname":"example.com","rrtype":"A","rcode":"NXDOMAIN"}}',
    { 'event.outcome': 'failure', 'dns.response_code': 'NXDOMAIN' },
  ],
])('%s', (line, wanted) => {
  const event = normalized(line);
  const found = Object.fromEntries(Object.keys(wanted).map((name) => [name, event[name as EcsField]]));
  expect(found).toEqual(wanted);
});
