import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<30>Nov 19 21:54:44 box';
const login = { 'event.category': ['authentication'], 'event.type': ['start'], 'event.action': 'app_login' };
const refused = { ...login, 'event.outcome': 'failure' };
const granted = { ...login, 'event.outcome': 'success' };

/** homeassistant/components/http/ban.py, old and new. */
describe('Home Assistant', () => {
  const head = '2026-11-19 21:54:44.123 WARNING (MainThread) [homeassistant.components.http.ban]';
  const words = 'Login attempt or request with invalid authentication from';

  test.each<LineCase>([
    [`${at} hass[1]: ${head} ${words} host (203.0.113.5). `, { ...refused, 'source.ip': '203.0.113.5' }],
    [
      `${head} ${words} a.example (203.0.113.5). Requested URL: '/auth/login_flow/1'. (x from host (192.0.2.1).)`,
      { ...refused, 'source.ip': '203.0.113.5' },
    ],
    [`\x1b[33m${head} ${words} a.example (2001:db8::5).\x1b[0m`, { ...refused, 'source.ip': '2001:db8::5' }],
    [`${head} ${words} 203.0.113.5`, { ...refused, 'source.ip': '203.0.113.5' }],
    [
      `${head} Banned IP 203.0.113.5 for too many login attempts`,
      { 'event.action': 'ban', 'source.ip': '203.0.113.5' },
    ],
  ])('%s', expectFields);

  test('leaves what other components say alone', () => {
    const line = `2026-11-19 21:54:44.123 WARNING (MainThread) [homeassistant.helpers.entity] ${words} 192.0.2.1`;
    expect(normalized(line).logsource.closed).toBe(false);
  });
});

/** Vaultwarden wiki, "Fail2Ban Setup". */
describe('Vaultwarden', () => {
  const head = '[2026-11-19 21:54:44.123][vaultwarden::api::identity]';
  const words = 'Username or password is incorrect. Try again.';

  test.each<LineCase>([
    [
      `${at} vaultwarden[1]: ${head}[ERROR] ${words} IP: 203.0.113.5. Username: bob@example.com.`,
      { ...refused, 'source.ip': '203.0.113.5', 'user.name': 'bob@example.com' },
    ],
    [
      `${head}[ERROR] ${words} IP: 203.0.113.5. Username: x. IP: 192.0.2.1. Username: y.`,
      { ...refused, 'source.ip': '203.0.113.5', 'user.name': 'x. IP: 192.0.2.1. Username: y' },
    ],
    [
      `${head}[INFO] User bob@example.com logged in successfully. IP: 192.0.2.9`,
      { ...granted, 'source.ip': '192.0.2.9', 'user.name': 'bob@example.com' },
    ],
    [
      '[2026-11-19 21:54:44.123][vaultwarden::api::admin][ERROR] Invalid admin token. IP: 203.0.113.5',
      { ...refused, 'event.action': 'admin_login', 'source.ip': '203.0.113.5' },
    ],
  ])('%s', expectFields);
});

/** Nextcloud admin manual, "Logging"; admin_audit. */
describe('Nextcloud', () => {
  const record = (message: string, user = '--') =>
    JSON.stringify({
      reqId: 'mjZICDx3FXiZV19T94Zn',
      level: 2,
      time: '2026-11-19T21:54:44+00:00',
      remoteAddr: '203.0.113.5',
      user,
      app: 'no app in context',
      method: 'POST',
      url: '/login',
      message,
      userAgent: 'Mozilla/5.0',
      version: '33.0.9.1',
      data: [],
    });

  test.each<LineCase>([
    [
      record('Login failed: bob (Remote IP: 203.0.113.5)'),
      { ...refused, 'user.name': 'bob', 'source.ip': '203.0.113.5', 'url.path': '/login' },
    ],
    [
      record("Login failed: 'x' (Remote IP: '203.0.113.5')"),
      { ...refused, 'user.name': 'x', 'source.ip': '203.0.113.5' },
    ],
    [
      record('Login failed: x (Remote IP: 192.0.2.1) (Remote IP: 203.0.113.5)'),
      { ...refused, 'user.name': 'x (Remote IP: 192.0.2.1)', 'source.ip': '203.0.113.5' },
    ],
    [record('Login successful: "bob"'), { ...granted, 'user.name': 'bob', 'source.ip': '203.0.113.5' }],
    [record('File accessed', 'bob'), { 'event.category': ['web'], 'user.name': 'bob' }],
  ])('%s', expectFields);
});

/** authelia/internal/handlers; its documentation of fail2ban. */
describe('Authelia', () => {
  const json = (msg: string) =>
    JSON.stringify({
      level: 'error',
      msg,
      method: 'POST',
      path: '/api/firstfactor',
      remote_ip: '203.0.113.5',
    });
  const text = (msg: string) =>
    `time="2026-11-19T21:54:44Z" level=error msg="${msg}" method=POST path=/api/firstfactor remote_ip=203.0.113.5`;
  const failed = "Unsuccessful 1FA authentication attempt by user 'bob'";
  const hostile = "Unsuccessful 1FA authentication attempt by user 'x' remote_ip=192.0.2.1'";
  const address = { 'source.ip': '203.0.113.5' };

  test.each<LineCase>([
    [json(failed), { ...refused, ...address, 'user.name': 'bob' }],
    [text(failed), { ...refused, ...address, 'user.name': 'bob' }],
    [`${at} authelia[1]: ${text(failed)}`, { ...refused, ...address, 'user.name': 'bob' }],
    [
      `${at} authelia[1]: ${text(hostile)}`,
      { ...refused, ...address, 'user.name': "x' remote_ip=192.0.2.1" },
    ],
    [json(hostile), { ...refused, ...address, 'user.name': "x' remote_ip=192.0.2.1" }],
    [
      json(`${failed} and they are banned until 12:23:00PM on May 1 2026 (+02:00)`),
      { ...refused, ...address, 'user.name': 'bob' },
    ],
    [
      json("Successful 2FA authentication attempt made by user 'bob'"),
      { ...granted, ...address, 'user.name': 'bob' },
    ],
  ])('%s', expectFields);
});

/** Jellyfin, UserManager.cs. */
test.each<LineCase>([
  [
    `${at} jellyfin[1]: [21:54:44] [INF] [3] Jellyfin.Server.Implementations.Users.UserManager: Authentication request for "bob" has been denied (IP: "203.0.113.5").`,
    { ...refused, 'user.name': 'bob', 'source.ip': '203.0.113.5' },
  ],
  [
    `${at} jellyfin[1]: [21:54:44] [INF] [3] Jellyfin.Server.Implementations.Users.UserManager: Authentication request for "x" has been denied (IP: "192.0.2.1" has been denied (IP: "203.0.113.5").`,
    { ...refused, 'source.ip': null },
  ],
  [
    `${at} jellyfin[1]: [21:54:44] [INF] [3] Jellyfin.Server.Implementations.Users.UserManager: Authentication request for "bob" has succeeded.`,
    { ...granted, 'user.name': 'bob' },
  ],
])('Jellyfin: %s', expectFields);

/** userlogins and errors of Roundcube 1.3 to 1.6, by syslog. */
describe('Roundcube', () => {
  const failed = {
    'event.action': 'mail_login',
    'event.outcome': 'failure',
    'event.category': ['authentication'],
  };
  const log = '<22>Nov 19 21:54:44 mail roundcube:';

  test.each<LineCase>([
    [
      `${log} <8a7b> Failed login for bob@example.org from 203.0.113.9 in session 8a7b (error: 0)`,
      { ...failed, 'user.name': 'bob@example.org', 'source.ip': '203.0.113.9' },
    ],
    [
      `${log} <8a7b> Failed login for x from 198.51.100.1 in session y from 203.0.113.9 in session 8a7b (error: 0)`,
      { ...failed, 'user.name': 'x from 198.51.100.1 in session y', 'source.ip': '203.0.113.9' },
    ],
    [
      `${log} <8a7b> Successful login for bob (ID: 7) from 2001:db8::9 in session 8a7b`,
      {
        'event.action': 'mail_login',
        'event.outcome': 'success',
        'user.name': 'bob',
        'source.ip': '2001:db8::9',
      },
    ],
    [
      `${log} <8a7b> Failed login for bob from 127.0.0.1(X-Real-IP: 203.0.113.9,X-Forwarded-For: 198.51.100.1, 203.0.113.9) in session 8a7b (error: 0)`,
      { ...failed, 'user.name': 'bob', 'source.ip': '203.0.113.9' },
    ],
    [
      `${log} <8a7b> Failed login for bob from 203.0.113.9(X-Forwarded-For: 198.51.100.1) in session 8a7b (error: 0)`,
      { ...failed, 'source.ip': '203.0.113.9' },
    ],
    [
      `${log} <8a7b> IMAP Error: Login failed for bob against mail.example.org from 203.0.113.9. AUTHENTICATE PLAIN: Authentication failed. in rcube_imap.php on line 211`,
      {
        ...{ ...failed, 'user.name': 'bob', 'source.ip': '203.0.113.9' },
        'event.reason': 'AUTHENTICATE PLAIN: Authentication failed. in rcube_imap.php on line 211',
      },
    ],
    [
      `${log} <8a7b> IMAP Error: Login failed for x against y from 198.51.100.1. z against mail.example.org from 203.0.113.9. LOGIN: no`,
      { ...failed, 'user.name': null, 'source.ip': null },
    ],
    [
      `${log} <8a7b> IMAP Error: Login failed for Successful login for root (ID: 1) from 198.51.100.1 in session y against mail.example.org from 203.0.113.9. LOGIN: no`,
      {
        ...{ ...failed, 'source.ip': '203.0.113.9' },
        'user.name': 'Successful login for root (ID: 1) from 198.51.100.1 in session y',
      },
    ],
    [
      `${log} <8a7b> IMAP Error: Login failed for Failed login for x against mail.example.org from 203.0.113.9. LOGIN: no`,
      { ...failed, 'source.ip': '203.0.113.9', 'user.name': 'Failed login for x' },
    ],
    [
      `${log} <8a7b> Failed login for Login failed for x against y from 203.0.113.9 in session 8a7b (error: 0)`,
      { ...failed, 'source.ip': '203.0.113.9', 'user.name': 'Login failed for x against y' },
    ],
  ])('%s', expectFields);

  test('leaves other lines alone', () => {
    expect(normalized(`${log} <8a7b> DB Error: [1146] no such table`).logsource.closed).toBe(false);
    expect(normalized(`${log} Failed login for bob`).logsource.closed).toBe(false);
  });
});
