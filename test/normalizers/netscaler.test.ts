import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<134> 11/19/2026:21:54:44 GMT ns1 0-PPE-0 :';
const GATEWAY = { 'destination.ip': '192.0.2.5', 'destination.port': 443 };
const LOGIN = {
  'event.category': ['authentication'],
  'event.type': ['start'],
  'event.action': 'vpn_login',
};

/** Forms of Citrix' list of log messages and of what administrators post of their gateways. */
describe('NetScaler', () => {
  test.each<LineCase>([
    [
      `${at} default SSLVPN LOGIN 36493 0 : Context bob@203.0.113.9 - SessionId: 1767 - User bob - Client_ip 203.0.113.9 - Nat_ip "Mapped Ip" - Vserver 192.0.2.5:443 - Browser_type "Mozilla/5.0 (Windows NT 10.0)" - SSLVPN_client_type ICA - Group(s) "N/A"`,
      {
        ...{ ...LOGIN, ...GATEWAY, 'event.outcome': 'success', 'event.provider': 'SSLVPN' },
        ...{ 'event.code': 'LOGIN', 'user.name': 'bob', 'source.ip': '203.0.113.9', 'event.reason': null },
      },
    ],
    [
      `${at} default AAA LOGIN_FAILED 4567 0 :  User bob - Client_ip 203.0.113.9 - Failure_reason "External authentication server denied access" - Browser Mozilla/5.0`,
      {
        ...{ ...LOGIN, 'event.outcome': 'failure', 'user.name': 'bob', 'source.ip': '203.0.113.9' },
        'event.reason': 'External authentication server denied access',
      },
    ],
    [
      `<134> 11/19/2026:21:54:44 GMT ns1 0-PPE-0 : SSLVPN LOGOUT 37622 0 : Context bob@203.0.113.9 - SessionId: 1767- User bob - Client_ip 203.0.113.9 - Nat_ip "Mapped Ip" - Vserver 192.0.2.5:443 - Start_time "11/19/2026:21:50:00 GMT"`,
      { ...GATEWAY, 'event.action': 'vpn_logout', 'event.category': ['session'], 'user.name': 'bob' },
    ],
    [
      `${at} default API CMD_EXECUTED 7825 0 :  User nsroot - ADM_User NONE - Remote_ip 10.0.0.7 - Command "show ns license" - Status "Success"`,
      {
        ...{ 'event.action': 'command', 'event.category': ['configuration'], 'event.outcome': 'success' },
        ...{ 'user.name': 'nsroot', 'source.ip': '10.0.0.7', 'process.command_line': 'show ns license' },
      },
      { interface: 'API' },
    ],
    [
      `${at} default GUI CMD_EXECUTED 7 0 :  User nsroot - Remote_ip 203.0.113.9 - Command "login nsroot "********"" - Status "ERROR: Invalid username or password"`,
      {
        ...{ 'event.action': 'admin_login', 'event.outcome': 'failure', 'user.name': 'nsroot' },
        ...{ 'source.ip': '203.0.113.9', 'event.reason': 'ERROR: Invalid username or password' },
      },
    ],
    [
      `${at} default TCP CONN_TERMINATE 9 0 :  Source 203.0.113.9:51515 - Destination 192.0.2.5:443 - Start Time 11/19/2026:21:54:40 GMT - Total_bytes_send 1`,
      {
        ...{ ...GATEWAY, 'event.category': ['network'], 'network.transport': 'tcp' },
        ...{ 'source.ip': '203.0.113.9', 'source.port': 51515 },
      },
    ],
    [
      `${at} default SSLLOG SSL_HANDSHAKE_FAILURE 9 0 :  SPCBId 7 - ClientIP 203.0.113.9 - ClientPort 51515 - VserverServiceIP 192.0.2.5 - VserverServicePort 443 - ClientVersion TLSv1.2`,
      { ...GATEWAY, 'event.code': 'SSL_HANDSHAKE_FAILURE', 'source.ip': '203.0.113.9', 'source.port': 51515 },
    ],
    [
      `<134>Nov 19 21:54:44 10.0.0.2 11/19/2026:21:54:44 GMT ns1 0-PPE-1 : default AAA LOGIN_FAILED 4 0 :  User bob - Client_ip 203.0.113.9 - Failure_reason "x" - Browser y`,
      { ...LOGIN, 'event.outcome': 'failure', 'user.name': 'bob', 'source.ip': '203.0.113.9' },
    ],
  ])('%s', (...wanted) => {
    expectFields(...wanted);
    expect(normalized(wanted[0]).logsource).toMatchObject({ product: 'citrix', services: ['netscaler'] });
  });

  test.each([
    ['a name', 'User x - Client_ip 198.51.100.1 - Client_ip 203.0.113.9 - Failure_reason "x" - Browser y'],
    ['a browser', 'User x - Client_ip 203.0.113.9 - Failure_reason "x" - Browser y - Client_ip 198.51.100.1'],
  ])('takes no address that %s may imitate', (_, text) => {
    expectFields(`${at} default AAA LOGIN_FAILED 4 0 :  ${text}`, {
      ...{ ...LOGIN, 'event.outcome': 'failure', 'source.ip': null, 'user.name': null },
    });
  });

  test('nor one that the name of an administrator may imitate', () => {
    const login =
      'User x - Remote_ip 198.51.100.1 - Remote_ip 203.0.113.9 - Command "login x" - Status "ERROR: no"';
    expectFields(`${at} default GUI CMD_EXECUTED 7 0 :  ${login}`, {
      ...{ 'event.action': 'admin_login', 'event.outcome': 'failure', 'source.ip': null, 'user.name': null },
    });
  });

  test('counts logins for the rules on guessing, and nothing else', () => {
    const of = (text: string) => normalized(`${at} default ${text}`).logsource.categories;
    expect(of('AAA LOGIN_FAILED 4 0 :  User x - Client_ip 203.0.113.9 - Failure_reason "x"')).toEqual([
      'authentication',
    ]);
    expect(of('EVENT DEVICEUP 4 0 :  Device "server" - State UP')).toEqual([]);
  });

  test.each([
    '0-PPE- : default A B 1 0 : x',
    '0-PPE-0 : default lower case 1 0 : x',
    '0-PPE-0 : default A B',
  ])('leaves %j alone', (text) => {
    expect(normalized(`<134>Nov 19 21:54:44 box ${text}`).logsource.closed).toBe(false);
  });
});
