import { describe, expect, it } from 'vitest';
import { normalized } from '../helpers/normalized.js';

const HEAD = '<189>29: foo: *Apr 29 13:58:40.411: ';

describe('cisco-ios', () => {
  it('reads who changed the configuration from where', () => {
    const event = normalized(`${HEAD}%SYS-5-CONFIG_I: Configured from console by admin on vty0 (192.0.2.7)`);
    expect(event).toMatchObject({
      'event.code': 'CONFIG_I',
      'user.name': 'admin',
      'source.ip': '192.0.2.7',
      'event.action': 'configured',
    });
    expect(event.record.fields).toMatchObject({ tag: '%SYS-5-CONFIG_I:' });
  });

  it('reads NX-OS accounting and SSH logins', () => {
    expect(
      normalized(
        `${HEAD}%AAA-6-AAA_ACCOUNTING_MESSAGE: update:192.0.2.7@pts/0:admin:configure terminal ; no logging (SUCCESS)`,
      ),
    ).toMatchObject({
      'source.ip': '192.0.2.7',
      'user.name': 'admin',
      'process.command_line': 'configure terminal ; no logging',
      'event.outcome': 'success',
    });
    expect(
      normalized(
        `${HEAD}%SSH-5-SSH2_USERAUTH: User 'bob' authentication for SSH2 Session from 192.0.2.8 (tty = 0) using crypto cipher 'aes' Failed`,
      ),
    ).toMatchObject({ 'user.name': 'bob', 'source.ip': '192.0.2.8', 'event.outcome': 'failure' });
  });

  it('reads blocked logins, session requests, and a login without a name', () => {
    expect(
      normalized(
        `${HEAD}%SEC_LOGIN-1-QUIET_MODE_ON: Still timeleft for watching failures is 5 secs, [user: admin] [Source: 192.0.2.4] [localport: 22] [Reason: Login Authentication Failed] [ACL: sl_def_acl] at x`,
      ),
    ).toMatchObject({ 'user.name': 'admin', 'source.ip': '192.0.2.4', 'event.action': 'logins_blocked' });
    expect(
      normalized(
        `${HEAD}%SSH-5-SSH2_SESSION: SSH2 Session request from 192.0.2.4 (tty = 0) using crypto cipher 'x' Succeeded`,
      ),
    ).toMatchObject({ 'source.ip': '192.0.2.4', 'event.outcome': 'success' });
    expect(
      normalized(
        `${HEAD}%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ] [Source: 192.0.2.4] [localport: 23] [Reason: x] at x`,
      ),
    ).toMatchObject({ 'user.name': null, 'source.ip': '192.0.2.4', 'event.outcome': 'failure' });
  });

  it('reads lists without ports and standard lists', () => {
    expect(
      normalized(
        `${HEAD}%SEC-6-IPACCESSLOGDP: list 151 denied icmp 192.0.2.1 -> 198.51.100.1 (3/3), 1 packet`,
      ),
    ).toMatchObject({
      'source.ip': '192.0.2.1',
      'destination.ip': '198.51.100.1',
      'network.transport': 'icmp',
    });
    expect(normalized(`${HEAD}%SEC-6-IPACCESSLOGS: list 10 denied 192.0.2.1 1 packet`)).toMatchObject({
      'source.ip': '192.0.2.1',
      'rule.name': '10',
      'event.outcome': 'failure',
    });
  });

  it('routes by facility', () => {
    const services = (tag: string) => normalized(`${HEAD}${tag}: x`).logsource.services;
    expect(services('%PARSER-5-CFGLOG_LOGGEDCMD')).toContain('aaa');
    expect(services('%SEC_LOGIN-5-WEBLOGIN_SUCCESS')).toContain('syslog');
    expect(services('%TCP-6-BADAUTH')).toEqual(['bgp', 'ldp', 'syslog']);
    expect(services('%IP-TCP-3-BADAUTH')).toContain('bgp');
    expect(services('%LDP-5-NBRCHG')).toEqual(['ldp', 'syslog']);
    expect(services('%LINK-3-UPDOWN')).toEqual(['syslog']);
  });

  it("recognises the line a collector put under message, as in SigmaHQ's regression event", () => {
    const event = normalized(
      '{"message":"172.16.5.10 6705: Feb 17 13:40:03.673: %PARSER-5-CFGLOG_LOGGEDCMD: User:admin  logged command:no access-session port-control"}',
    );
    expect(event.logsource).toMatchObject({ closed: true, product: 'cisco' });
    expect(event.logsource.services).toContain('aaa');
    expect(event['process.command_line']).toBe('no access-session port-control');
  });

  it('recognises the line behind the header of a relay, which leaves the sequence number as the tag', () => {
    for (const line of [
      '<189>Nov 20 10:00:00 sw-01 4711: Nov 20 10:00:00.123: %SYS-5-CONFIG_I: Configured from console by vty0',
      '<189>Nov 20 10:00:00 sw-01 4711: %SYS-5-CONFIG_I: Configured from console by vty0',
    ]) {
      expect(normalized(line)).toMatchObject({ 'event.code': 'CONFIG_I', 'host.name': 'sw-01' });
    }
  });

  it('leaves a text alone that has more than a header before the tag, or no severity in it', () => {
    for (const message of [
      'user "x" typed %SYS-5-CONFIG_I: y',
      'progress 10%-5-X: y',
      '%SYS-CONFIG_I: y',
      '%: y',
    ]) {
      expect(normalized(JSON.stringify({ message })).logsource.closed, message).toBe(false);
    }
  });
});
