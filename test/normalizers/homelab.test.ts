import { describe, expect, test } from 'vitest';
import { expectFields, type LineCase } from '../helpers/expect-fields.js';
import { normalized } from '../helpers/normalized.js';

const at = '<30>Nov 20 10:00:00 nas';
const login = { 'event.category': ['authentication'], 'event.type': ['start'] };
const refused = { ...login, 'event.outcome': 'failure' };
const granted = { ...login, 'event.outcome': 'success' };
const client = { 'source.ip': '203.0.113.7' };

/** auth/auth_log.c with auth_json_audit; lines as users have posted them. */
describe('Samba as JSON', () => {
  const entry = (status: string, clientAccount: string | null = 'alice') =>
    JSON.stringify({
      timestamp: '2026-11-20T10:00:00.123456+0100',
      type: 'Authentication',
      Authentication: {
        version: { major: 1, minor: 2 },
        eventId: status === 'NT_STATUS_OK' ? 4624 : 4625,
        logonId: '0',
        logonType: 3,
        status,
        localAddress: 'ipv4:192.0.2.1:445',
        remoteAddress: 'ipv4:203.0.113.7:50000',
        serviceDescription: 'SMB2',
        authDescription: null,
        clientDomain: 'W',
        clientAccount,
        workstation: 'PC',
        becameAccount: null,
        passwordType: 'NTLMv2',
        duration: 1234,
      },
    });
  const wrong = entry('NT_STATUS_WRONG_PASSWORD');
  const failure = {
    ...{ ...refused, ...client, 'event.action': 'smb_login', 'source.port': 50000, 'event.code': '4625' },
    ...{ 'user.name': 'alice', 'user.domain': 'W', 'event.reason': 'NT_STATUS_WRONG_PASSWORD' },
    ...{ 'destination.ip': '192.0.2.1', 'destination.port': 445, 'event.duration': 1_234_000 },
  };

  test.each<LineCase>([
    [wrong, failure, { auth_method: 'NTLMv2' }],
    [`  ${wrong}`, failure],
    [`${at} smbd[9]: ${wrong}`, failure],
    [`${at} smbd[9]:   ${wrong}`, failure],
    [`${at} smbd[9]:   JSON Authentication: ${wrong}`, failure],
    [entry('NT_STATUS_OK'), { ...granted, 'user.name': 'alice', 'event.reason': null }],
    [entry('NT_STATUS_OK', null), { ...granted, 'user.name': null }],
    [
      entry('NT_STATUS_WRONG_PASSWORD', '","remoteAddress":"ipv4:198.51.100.1:1","x":"'),
      { ...refused, ...client, 'user.name': '","remoteAddress":"ipv4:198.51.100.1:1","x":"' },
    ],
    [
      `{"timestamp":"2026-11-20T10:00:00.1+0100","type":"Authorization","Authorization":{"version":{"major":1,"minor":1},"localAddress":"ipv6:2001:db8::1:445","remoteAddress":"ipv6:2001:db8::7:50000","serviceDescription":"SMB2","authType":"NTLMSSP","domain":"W","account":"alice","sid":"S-1-5-21-1"}}`,
      {
        'event.action': 'smb_session',
        'user.name': 'alice',
        'source.ip': '2001:db8::7',
        'source.port': 50000,
      },
    ],
    [
      `${at} smbd[9]:   Auth: [SMB2,(null)] user [W]\\[${wrong}] at [Fri] with [NTLMv2] status [NT_STATUS_NO_SUCH_USER] workstation [PC] remote host [ipv4:203.0.113.9:5] mapped to [W]`,
      { ...refused, 'source.ip': '203.0.113.9' },
    ],
  ])('%s', expectFields);

  test('leaves other objects of that type alone', () => {
    expect(normalized('{"type":"Authentication","Authentication":{"user":"x"}}').logsource.closed).toBe(
      false,
    );
  });
});
