import { describe, expect, it } from 'vitest';
import { isoTime, type Options, parse } from './helpers.js';

function header(text: string): (string | null)[] {
  const { host, app, procid, message, timestamp } = parse(text);
  return [isoTime(timestamp)?.slice(0, 19) ?? null, host, app, procid, message];
}

const OCT = '2026-10-11T22:14:15';

describe('the header of RFC 3164', () => {
  it.each([
    ['<13>Oct 11 22:14:15 ::1 app: x', [OCT, '::1', 'app', null, 'x']],
    ['<13>Oct 11 22:14:15 ::ffff:192.0.2.1 app: x', [OCT, '::ffff:192.0.2.1', 'app', null, 'x']],
    ['<13>Oct 11 22:14:15 fe80::1%eth0 app: x', [OCT, 'fe80::1%eth0', 'app', null, 'x']],
    ['<13>Oct 11 22:14:15+01:00 h su: x', ['2026-10-11T21:14:15', 'h', 'su', null, 'x']],
    ['<13>Oct 11 22:14:15.5-0530 h su: x', ['2026-10-12T03:44:15', 'h', 'su', null, 'x']],
    ['<13>Oct 11 22:14:15 [192.0.2.1] sshd[12]: x', [OCT, '192.0.2.1', 'sshd', '12', 'x']],
    ['<13>Oct 11 22:14:15 [1.2.3] x: y', [OCT, null, null, null, '[1.2.3] x: y']],
    ['<13>Oct 11 22:14:15 192.0.2.1/host1 sshd[12]: x', [OCT, '192.0.2.1/host1', 'sshd', '12', 'x']],
    ['<13>Oct 11 22:14:15 Message forwarded from aix07: su: x', [OCT, 'aix07', 'su', null, 'x']],
    ['<13>Oct 11 22:14:15 ("U7PG2,788a20,v4") hostapd: x', [OCT, 'U7PG2,788a20,v4', 'hostapd', null, 'x']],
    [
      '<13>Oct 11 22:14:15 AP-1 788a20000000,U6-Pro-6.5.28+14491: hostapd: x',
      [OCT, 'AP-1', 'hostapd', null, 'x'],
    ],
    [
      '<13>Oct 11 22:14:15 AP-1 788a20000000,U6-Pro-6.5.28+14491: : stahtd[1]: x',
      [OCT, 'AP-1', 'stahtd', '1', 'x'],
    ],
    [
      '<13>Oct 11 22:14:15 AP-1 U7PG2,788a20000000,v6.5.28: dropbear[1]: x',
      [OCT, 'AP-1', 'dropbear', '1', 'x'],
    ],
    [
      '<13>Oct 11 22:14:15 788a20000000,U6-Pro-6.5.28: : stahtd[1]: x',
      [OCT, '788a20000000,U6-Pro-6.5.28', 'stahtd', '1', 'x'],
    ],
    ['<13>Oct 11 22:14:15 h 1,2: su: x', [OCT, 'h', null, null, '1,2: su: x']],
    [
      '<13>Oct 11 22:14:15 last message repeated 5 times',
      [OCT, null, null, null, 'last message repeated 5 times'],
    ],
    ['<13>Oct 11 22:14:15 -- MARK --', [OCT, null, null, null, '-- MARK --']],
    ['<13>Oct 11 22:14:15 h http://x/ y', [OCT, 'h', null, null, 'http://x/ y']],
    ['<13>Oct 11 22:14:15 h a=b:c d=e', [OCT, 'h', null, null, 'a=b:c d=e']],
    ['<13>Oct 11 22:14:15 h "a": b', [OCT, 'h', null, null, '"a": b']],
    ['<13>10:15:22 text', [null, null, null, null, '10:15:22 text']],
    ['<13>C:\\x y', [null, null, null, null, 'C:\\x y']],
    ['<13>kernel: [ 12.3] x', [null, null, 'kernel', null, '[ 12.3] x']],
    ['Oct 11 22:14:15 h su[7]: x', [OCT, 'h', 'su', '7', 'x']],
    ['<13>Мая 11 22:14:15 h: of some length', [null, null, 'h', null, 'of some length']],
  ])('is read from %s', (text, expected) => {
    expect(header(text)).toEqual(expected);
  });
});

describe('the facility and severity that AIX, BusyBox and OpenWrt write into files', () => {
  it.each<[string, number, number, (string | null)[]]>([
    ['Oct 11 22:14:15 aix07 auth|security:info sshd[123]: x y', 4, 6, ['aix07', 'sshd', '123', 'x y']],
    ['Oct 11 22:14:15 aix07 auth|security:crit su: BAD SU', 4, 2, ['aix07', 'su', null, 'BAD SU']],
    ['Oct 11 22:14:15 aix07 mail:info sendmail[5]: x', 2, 6, ['aix07', 'sendmail', '5', 'x']],
    ['Oct 11 22:14:15 aix07 daemon:err|error snmpd[5]: x', 3, 3, ['aix07', 'snmpd', '5', 'x']],
    ['Oct 11 22:14:15 aix07 kern:warn|warning unix: x', 0, 4, ['aix07', 'unix', null, 'x']],
    ['Oct 11 22:14:15 aix07 local7:debug app: x', 23, 7, ['aix07', 'app', null, 'x']],
    ['Oct 11 22:14:15 aix07 auth|security:info no tag', 4, 6, ['aix07', null, null, 'no tag']],
    ['Oct 11 22:14:15 alpine auth.info sshd[2157]: x', 4, 6, ['alpine', 'sshd', '2157', 'x']],
    ['Oct 11 22:14:15 alpine authpriv.err su: x', 10, 3, ['alpine', 'su', null, 'x']],
    ['2026-10-11T22:14:15Z alpine local3.notice app[1]: x', 19, 5, ['alpine', 'app', '1', 'x']],
    ['Sun Oct 11 22:14:15 2026 authpriv.warn dropbear[12]: x', 10, 4, [null, 'dropbear', '12', 'x']],
    ['Sun Oct 11 22:14:15 2026 [1791756855.1] kern.warn kernel: x', 0, 4, [null, 'kernel', null, 'x']],
    // No tag follows: a word, or a host
    ['Oct 11 22:14:15 alpine auth.info is a word', -1, -1, ['alpine', null, null, 'auth.info is a word']],
    ['Oct 11 22:14:15 mail.info sshd[1]: x', -1, -1, ['mail.info', 'sshd', '1', 'x']],
    [
      'Oct 11 22:14:15 aix07 auth|security:info Message forwarded from aix08: sshd[1]: x',
      4,
      6,
      ['aix08', 'sshd', '1', 'x'],
    ],
    // What the header says counts, not the text
    ['<13>Oct 11 22:14:15 aix07 auth|security:info sshd[123]: x', 1, 5, ['aix07', 'sshd', '123', 'x']],
  ])('is read from %s', (text, facility, severity, expected) => {
    expect(parse(text)).toMatchObject({ facility, severity, format: 'rfc3164' });
    expect(header(text).slice(1)).toEqual(expected);
  });

  it.each([
    ['Oct 11 22:14:15 h mail:info text', ['h', 'mail', null, 'info text']],
    ['Oct 11 22:14:15 h mail:information su: x', ['h', 'mail', null, 'information su: x']],
    ['Oct 11 22:14:15 h mails:info su: x', ['h', 'mails', null, 'info su: x']],
    ['Oct 11 22:14:15 h constructor:info su: x', ['h', 'constructor', null, 'info su: x']],
    ['Oct 11 22:14:15 h auth|x:info su: x', ['h', null, null, 'auth|x:info su: x']],
    ['Oct 11 22:14:15 h auth|security:info', ['h', null, null, 'auth|security:info']],
    ['Oct 11 22:14:15 h user: info su: x', ['h', 'user', null, 'info su: x']],
  ])('is not seen in %s', (text, expected) => {
    expect(parse(text)).toMatchObject({ facility: -1, severity: -1 });
    expect(header(text).slice(1)).toEqual(expected);
  });
});

describe('the headers of Cisco', () => {
  it.each([
    ['<189>48: 00:00:46: %LINK-3-UPDOWN: x', [null, null, '%LINK-3-UPDOWN', null, 'x']],
    ['<189>sw1: 48: 1w2d: %LINK-3-UPDOWN: x', [null, 'sw1', '%LINK-3-UPDOWN', null, 'x']],
    ['<189>*Oct 11 22:14:15: %SYS-5-CONFIG_I: x', [OCT, null, '%SYS-5-CONFIG_I', null, 'x']],
    ['<189>10.1.1.1: 2026 Oct 11 22:14:15 UTC: %A-5-B: x', [OCT, '10.1.1.1', '%A-5-B', null, 'x']],
    ['<166>Oct 11 2026 18:14:15 EDT FW01 : %ASA-6-106100: x', [OCT, 'FW01', '%ASA-6-106100', null, 'x']],
    ['<166>fw1 : %ASA-6-302013: x', [null, 'fw1', '%ASA-6-302013', null, 'x']],
    ['<166>:%ASA-6-302013: x', [null, null, '%ASA-6-302013', null, 'x']],
    ['<132>wlc1: *spamApTask0: Oct 11 22:14:15.123: %CAPWAP-4-B: x', [OCT, 'wlc1', '%CAPWAP-4-B', null, 'x']],
    ['<132>*spamApTask0: Oct 11 22:14:15.123: %CAPWAP-4-B: x', [OCT, null, '%CAPWAP-4-B', null, 'x']],
  ])('are read from %s', (text, expected) => {
    expect(header(text)).toEqual(expected);
  });

  it('give no fault for an uptime, which is no time', () => {
    expect(parse('<189>48: 00:00:46: %LINK-3-UPDOWN: x').errors).toBeNull();
  });
});

describe('the stamp of NetScaler', () => {
  const time = (stamp: string, options: Options = {}) =>
    isoTime(parse(`<134> ${stamp} ns1 0-PPE-0 : default A B 1 0 : x`, options).timestamp)?.slice(0, 19);

  it('stands before the host', () => {
    expect(header('<134> 10/11/2026:22:14:15 GMT ns1 0-PPE-0 : default A B 1 0 : x')).toEqual([
      ...[OCT, 'ns1', null, null, '0-PPE-0 : default A B 1 0 : x'],
    ]);
  });

  it('is local time where it does not say GMT', () => {
    expect(time('10/11/2026:22:14:15 GMT', { timezone: 'Europe/Vienna' })).toBe(OCT);
    expect(time('10/11/2026:22:14:15', { timezone: 'Europe/Vienna' })).toBe('2026-10-11T20:14:15');
  });

  it('begins with the month, unless only with the day first it is a date, or one near the clock', () => {
    const now = '2026-11-10T23:00:00Z';
    expect(time('10/11/2026:22:14:15 GMT', { now })).toBe('2026-11-10T22:14:15');
    expect(time('10/11/2026:22:14:15 GMT', { now: '2026-11-13T00:00:00Z' })).toBe(OCT);
    expect(time('11/10/2026:22:14:15 GMT', { now })).toBe('2026-11-10T22:14:15');
    expect(time('31/10/2026:22:14:15 GMT')).toBe('2026-10-31T22:14:15');
    expect(time('10/31/2026:22:14:15 GMT')).toBe('2026-10-31T22:14:15');
  });

  it.each([
    '10/11/2026:24:14:15',
    '31/31/2026:22:14:15',
    '1/11/2026:22:14:15',
    '10/11/2026 22:14:15',
    '10/11/20x6:22:14:15',
  ])('is none in %s', (stamp) => expect(time(`${stamp} GMT`)).toBeUndefined());
});

describe('a line of a file', () => {
  it('with an ISO stamp is syslog only with host and tag', () => {
    expect(header('2026-10-11T22:14:15Z esx1 Hostd: x')).toEqual([OCT, 'esx1', 'Hostd', null, 'x']);
    expect(parse('2026-10-11T22:14:15Z stdout F x').format).toBe('plain');
    expect(parse('2026-10-11 22:14:15,123 com.example.Main: x').format).toBe('plain');
  });
});
