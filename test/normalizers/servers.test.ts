import { describe, expect, test } from 'vitest';
import type { EcsField } from '../../src/model/event.js';
import { normalized } from '../helpers/normalized.js';

const at = '<30>Nov 19 10:31:00 web';

type Case = [line: string, wanted: Partial<Record<EcsField, unknown>>];

function check(line: string, wanted: Partial<Record<EcsField, unknown>>): void {
  const event = normalized(line);
  expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, event[name as EcsField]]))).toEqual(
    wanted,
  );
  expect(event.logsource.closed).toBe(true);
}

describe('web servers and proxies', () => {
  test.each<Case>([
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
  ])('%s', check);

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

describe('mail, names, VPN, files, databases', () => {
  test.each<Case>([
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
  ])('%s', check);
});
