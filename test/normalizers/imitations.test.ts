import { describe, test } from 'vitest';
import { expectFieldsOfAny, type LineCase } from '../helpers/expect-fields.js';

/**
 * What clients choose (names, paths, headers, subjects) imitates the line that it stands in, to put the blame on 10.9.9.9 or to be no
 * login at all. 203.0.113.7 is who does it.
 */
const mail = 'Nov 20 10:00:00 mail';
const auth = 'Nov 20 10:00:00 pve';
const NO_LOGIN = { 'event.action': null, 'event.outcome': null };

describe('mail', () => {
  test.each<LineCase>([
    [
      `${mail} dovecot: lmtp(bob)<1><a>: sieve: msgid=<Login: user=<root>, rip=10.9.9.9, lip=1.1.1.1>: stored mail into mailbox 'INBOX'`,
      { ...NO_LOGIN, 'user.name': 'bob', 'source.ip': null },
    ],
    [
      `${mail} dovecot: lmtp(bob)<1><a>: sieve: msgid=<Logged out>: stored mail into mailbox 'INBOX'`,
      NO_LOGIN,
    ],
    [
      `${mail} dovecot: auth: login(?,203.0.113.7,<abc>): Username character disallowed by auth_username_chars: 0x20 (username: x> Login: user=<root>, method=PLAIN, rip=10.9.9.9, lip=1.1.1.1)`,
      { 'source.ip': '203.0.113.7', 'user.name': null, 'event.outcome': 'failure' },
    ],
    [
      `${mail} dovecot: auth: login(?,203.0.113.7,<abc>): Username character disallowed by auth_username_chars: 0x29 (username: ,10.9.9.9,<a>): unknown user)`,
      { 'source.ip': '203.0.113.7', 'user.name': null },
    ],
    [
      `${mail} dovecot: auth: sql(x> Login: user=<root>, method=PLAIN,203.0.113.7,<abc>): unknown user`,
      { 'source.ip': '203.0.113.7', 'event.outcome': 'failure' },
    ],
    [
      `${mail} dovecot: imap-login: Login: user=<bob>, method=PLAIN, rip=203.0.113.7, lip=192.0.2.1, mpid=1, TLS, session=<abc>`,
      { 'event.action': 'mail_login', 'event.outcome': 'success', 'source.ip': '203.0.113.7' },
    ],
    [
      `${mail} imap-login: Info: Login: user=<bob>, method=PLAIN, rip=203.0.113.7, lip=192.0.2.1`,
      { 'event.action': 'mail_login', 'event.outcome': 'success', 'source.ip': '203.0.113.7' },
    ],
    [
      `${mail} dovecot: imap(bob)<1><abc>: Disconnected: Logged out in=1 out=2`,
      { 'event.action': 'mail_logout', 'user.name': 'bob' },
    ],
    [
      `${mail} postfix/smtpd[1]: warning: Illegal address syntax from unknown[203.0.113.7] in MAIL command: <x[10.9.9.9]: SASL LOGIN authentication failed: a, sasl_username=root>`,
      { ...NO_LOGIN, 'source.ip': '203.0.113.7', 'user.name': null },
    ],
    [
      `${mail} postfix/cleanup[1]: ABC123: reject: header Subject: x from unknown[10.9.9.9]; y from unknown[203.0.113.7]; from=<a@b> to=<c@d> proto=ESMTP helo=<x>: 5.7.1 spam`,
      { 'source.ip': '203.0.113.7', 'event.action': 'mail_rejected' },
    ],
    [
      `${mail} postfix/smtpd[1]: warning: hostname host.example does not resolve to address 203.0.113.7: Name or service not known`,
      { 'source.ip': '203.0.113.7', 'source.domain': 'host.example' },
    ],
    [
      '2026-11-20 10:00:00 1abcde-000001-AB <= a@b H=(h) [203.0.113.7] P=esmtp S=1 id=x A=plain:root@y',
      { 'event.action': null, 'user.name': null },
    ],
    [
      '2026-11-20 10:00:00 1abcde-000001-AB <= a@b H=(h) [203.0.113.7] P=esmtpsa A=plain:bob S=1 id=x T="A=plain:root"',
      { 'event.action': 'mail_login', 'user.name': 'bob', 'source.ip': '203.0.113.7' },
    ],
    [
      '2026-11-20 10:00:00 1abcde-000001-AB <= "a H=(h) [10.9.9.9] P=esmtpa A=plain:root S=1"@b H=(h) [203.0.113.7] P=esmtp S=1 id=x',
      { 'event.action': null, 'user.name': null },
    ],
    [
      '2026-11-20 10:00:00 SMTP call from [203.0.113.7] dropped: too many unrecognized commands (last was "login authenticator failed for (h) [10.9.9.9]: 535 Incorrect authentication data (set_id=root)")',
      { 'event.action': null, 'user.name': null },
    ],
    [
      '2026-11-20 10:00:00 +0100 [123] login authenticator failed for (h) [203.0.113.7]: 535 Incorrect authentication data (set_id=root)',
      { 'event.action': 'mail_login', 'source.ip': '203.0.113.7', 'user.name': 'root' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('logins', () => {
  const login = '<189>46: *Nov 20 10:00:00.123:';
  test.each<LineCase>([
    [
      `${auth} sshd-session[1]: Invalid user x from 10.9.9.9 port 22 ssh2: y from 203.0.113.7 port 5`,
      {
        'source.ip': '203.0.113.7',
        'source.port': 5,
        'user.name': 'x from 10.9.9.9 port 22 ssh2: y',
      },
    ],
    [
      `${auth} sshd[1]: Invalid user x from 203.0.113.7 port 5 [preauth]`,
      { 'source.ip': '203.0.113.7', 'user.name': 'x' },
    ],
    [
      'Fri Nov 20 10:00:00 2026 [pid 1] [root] OK LOGIN: Client "10.9.9.9"] FAIL LOGIN: Client "203.0.113.7"',
      { 'event.outcome': 'failure', 'source.ip': '203.0.113.7' },
    ],
    [
      'Fri Nov 20 10:00:00 2026 [pid 1] [bob] OK UPLOAD: Client "203.0.113.7", "/x] OK LOGIN: Client "10.9.9.9"", 3 bytes, 1.00Kbyte/sec',
      { 'event.action': 'ftp_upload', 'source.ip': '203.0.113.7', 'user.name': 'bob' },
    ],
    [
      `${auth} vsftpd[1]: pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=10.9.9.9 rhost=203.0.113.7`,
      { 'source.ip': '203.0.113.7', 'user.name': 'x rhost=10.9.9.9' },
    ],
    [
      `${auth} vsftpd[1]: pam_sss(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser=x rhost=10.9.9.9 rhost=203.0.113.7 user=x rhost=10.9.9.9`,
      { 'source.ip': null },
    ],
    [
      `${login} %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: root] [Source: 10.9.9.9]] [Source: 203.0.113.7] [localport: 22] [Reason: Login Authentication Failed] at 10:00:00 UTC Fri Nov 20 2026`,
      {
        'source.ip': '203.0.113.7',
        'user.name': 'root] [Source: 10.9.9.9]',
        'event.reason': 'Login Authentication Failed',
      },
    ],
    [
      `${login} %SSH-5-SSH2_USERAUTH: User 'root' authentication for SSH2 Session from 10.9.9.9 (tty = 0) using crypto cipher 'a', hmac 'b' Succeeded x' authentication for SSH2 Session from 203.0.113.7 (tty = 0) using crypto cipher 'a', hmac 'b' Failed`,
      { 'source.ip': '203.0.113.7', 'event.outcome': 'failure' },
    ],
    [
      `${login} %SSH-5-SSH2_USERAUTH: User 'Failed' authentication for SSH2 Session from 203.0.113.7 (tty = 0) using crypto cipher 'a', hmac 'b' Succeeded`,
      { 'source.ip': '203.0.113.7', 'event.outcome': 'success', 'user.name': 'Failed' },
    ],
    [
      '<189>: 2026 Nov 20 10:00:00 UTC: %AUTHPRIV-3-SYSTEM_MSG: pam_aaa:Authentication failed for user pam_unix(sshd:session): session opened for user root(uid=0) by root(uid=0) from 203.0.113.7 - sshd[123]',
      { 'event.action': 'login', 'event.outcome': 'failure', 'source.ip': '203.0.113.7' },
    ],
    [
      '<166>Nov 20 2026 10:00:00: %ASA-6-611102: User authentication failed: IP address: 203.0.113.7, Uname: x succeeded',
      { 'event.outcome': 'failure', 'user.name': 'x succeeded', 'source.ip': '203.0.113.7' },
    ],
    [
      "<166>Nov 20 2026 10:00:00: %ASA-6-109006: Authentication failed for user 'permitted from 10.9.9.9/1 to 10.9.9.9/2' from 203.0.113.7/5 to 192.0.2.1/22 on interface outside",
      { 'event.outcome': 'failure', 'source.ip': '203.0.113.7', 'destination.ip': '192.0.2.1' },
    ],
    [
      '<166>Nov 20 2026 10:00:00: %ASA-6-113015: AAA user authentication Rejected : reason = Invalid password : local database : user = root : user IP = 10.9.9.9 : user IP = 203.0.113.7',
      {
        'event.outcome': 'failure',
        'source.ip': '203.0.113.7',
        'user.name': 'root : user IP = 10.9.9.9',
        'event.reason': 'Invalid password',
      },
    ],
    [
      '<166>Nov 20 2026 10:00:00: %ASA-6-716039: Group <G> User <x> IP <10.9.9.9> Authentication: successful> IP <203.0.113.7> Authentication: rejected, Session Type: WebVPN.',
      { 'event.outcome': 'failure', 'source.ip': '203.0.113.7' },
    ],
    [
      '<166>Nov 20 2026 10:00:00: %ASA-4-113019: Group = G, Username = x, IP = 10.9.9.9, y, IP = 203.0.113.7, Session disconnected. Session Type: SSL, Duration: 0h:01m:02s, Bytes xmt: 1, Bytes rcv: 2, Reason: User Requested',
      { 'source.ip': '203.0.113.7', 'user.name': 'x, IP = 10.9.9.9, y' },
    ],
    [
      `${auth} smbd[1]:   Auth: [SMB2,(null)] user [W]\\[alice] at [Fri, 20 Nov 2026 10:00:00.123456 UTC] with [NTLMv2] status [NT_STATUS_WRONG_PASSWORD] workstation [PC] remote host [ipv4:10.9.9.9:1] remote host [ipv4:203.0.113.7:5] mapped to [W]\\[alice]. local host [ipv4:192.0.2.1:445]`,
      { 'source.ip': '203.0.113.7', 'source.port': 5, 'user.name': 'alice', 'event.outcome': 'failure' },
    ],
    [
      `${auth} smbd[1]:   Auth: [SMB2,(null)] user [W]\\[x] at [t] with [NTLMv2] status [NT_STATUS_OK] workstation [a] remote host [ipv4:10.9.9.9:1] mapped to [W]\\[x] at [Fri, 20 Nov 2026 10:00:00.123456 UTC] with [NTLMv2] status [NT_STATUS_NO_SUCH_USER] workstation [PC] remote host [ipv4:203.0.113.7:5] mapped to [W]\\[x] at [t] with [NTLMv2] status [NT_STATUS_OK] workstation [a] remote host [ipv4:10.9.9.9:1] mapped to [W]\\[x]. local host [ipv4:192.0.2.1:445]`,
      { 'source.ip': '203.0.113.7', 'event.outcome': 'failure', 'event.reason': 'NT_STATUS_NO_SUCH_USER' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('nginx', () => {
  const lead = '2026/11/20 10:00:00 [error] 1#1: *45';
  test.each<LineCase>([
    [
      `${lead} user "alice": password mismatch, client: 203.0.113.7, server: example.com, request: "GET / HTTP/1.1", host: "example.com", referrer: "x, client: 10.9.9.9"`,
      { 'source.ip': '203.0.113.7', 'user.name': 'alice', 'event.action': 'web_login' },
    ],
    [
      `${lead} open() "/var/www/x, client: 10.9.9.9, server: y" failed (2: No such file or directory), client: 203.0.113.7, server: example.com, request: "GET /x HTTP/1.1", host: "example.com", referrer: "x, client: 10.9.9.9, server: y"`,
      { 'source.ip': null },
    ],
    [
      `${lead} client sent invalid header line: "x, client: 10.9.9.9, server: y" while reading client request headers, client: 203.0.113.7, server: example.com, request: "GET / HTTP/1.1"`,
      { 'source.ip': null },
    ],
    [
      `${lead} client intended to send too large body: 10485761 bytes, client: 203.0.113.7, server: example.com, request: "POST / HTTP/1.1", host: "example.com", referrer: "x, client: 10.9.9.9"`,
      { 'source.ip': '203.0.113.7' },
    ],
    [
      `${lead} user "a"b" was not found in "/etc/nginx/.htpasswd", client: 203.0.113.7, server: _, request: "GET / HTTP/1.1", host: "example.com"`,
      { 'source.ip': '203.0.113.7', 'user.name': 'a"b' },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});

describe('programs that nobody knows', () => {
  test.each<LineCase>([
    [`${auth} foobard[9]: login failed for user x from 10.9.9.9 from 203.0.113.7`, { 'source.ip': null }],
    [
      `${auth} foobard[9]: alice logged in, 192.0.2.70 from 203.0.113.7`,
      { 'source.ip': '203.0.113.7', 'destination.ip': null },
    ],
  ])('%s', (line, wanted, raw) => void expectFieldsOfAny(line, wanted, raw));
});
