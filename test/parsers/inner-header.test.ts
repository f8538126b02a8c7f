import { describe, expect, it } from 'vitest';
import { isoTime, parse } from './helpers.js';

const OCT = '2026-10-11T22:14:15.000Z';
const RELAY = '<134>Oct 11 22:14:15 relay';
const CEF = 'CEF:0|V|P|1|100|n|5|src=192.0.2.1';
const LEEF = 'LEEF:1.0|V|P|1|100|src=192.0.2.1';

function header(text: string): (string | null)[] {
  const { timestamp, host, app, procid, message } = parse(text);
  return [isoTime(timestamp), host, app, procid, message];
}

describe('a header that a relay put its own in front of', () => {
  const inner = ['2026-10-11T22:14:14.000Z', 'web', 'sshd', '9', 'x y'];
  it.each([
    [`${RELAY} Oct 11 22:14:14 web sshd[9]: x y`, inner],
    ['Oct 11 22:14:15 relay Oct 11 22:14:14 web sshd[9]: x y', inner],
    [`${RELAY} <38>Oct 11 22:14:14 web sshd[9]: x y`, inner],
    [`${RELAY} <38>1 2026-10-11T22:14:14Z web sshd 9 - - x y`, inner],
    [`${RELAY} 2026-10-11T22:14:14Z web sshd[9]: x y`, inner],
    ['<134>1 2026-10-11T22:14:15Z relay - - - - 2026-10-11T22:14:14Z web sshd[9]: x y', inner],
    ['<134>Oct 11 22:14:15 Oct 11 22:14:14 web sshd[9]: x y', inner],
    ['<134>Oct 11 22:14:15 2026-10-11T22:14:14Z web sshd[9]: x y', inner],
    ['<134><38>Oct 11 22:14:14 web sshd[9]: x y', inner],
    // The relay's stamp alone states a zone
    ['<134>2026-10-11T22:14:15Z relay Oct 11 23:14:14 web sshd[9]: x y', [OCT, 'web', 'sshd', '9', 'x y']],
    [`${RELAY} <38>sshd[9]: x y`, [OCT, 'relay', 'sshd', '9', 'x y']],
    [`${RELAY} <189>%ASA-6-302010: x y`, [OCT, 'relay', '%ASA-6-302010', null, 'x y']],
    [`${RELAY} Oct 11 22:14:15 web kernel: x y`, [OCT, 'web', 'kernel', null, 'x y']],
    [`${RELAY} <38>Oct 11 22:14:15 web backup: x y`, [OCT, 'web', 'backup', null, 'x y']],
  ])('is read from %s', (text, expected) => {
    expect(header(text)).toEqual(expected);
    expect(parse(text).errors).toBeNull();
  });

  it.each([
    [`${RELAY} Oct 11 22:14:15 h2 ${CEF}`, 'cef', 'h2'],
    [`${RELAY} Oct 11 22:14:15 ${CEF}`, 'cef', 'relay'],
    [`${RELAY} <134>Oct 11 22:14:15 h2 ${LEEF}`, 'leef', 'h2'],
    [`<134>1 2026-10-11T22:14:15Z relay app - - - <134>Oct 11 22:14:15 h2 ${CEF}`, 'cef', 'h2'],
    [`<134>1 2026-10-11T22:14:15Z relay app - - - <134>Oct 11 22:14:15 h2 ${LEEF}`, 'leef', 'h2'],
    [`${RELAY} Oct 11 22:14:15 h2 app[1]: {"a":1}`, 'json', 'h2'],
    [`${RELAY} : ${CEF}`, 'cef', 'relay'],
    [`${RELAY} : ${LEEF}`, 'leef', 'relay'],
  ])('may hold another format: %s', (text, format, host) => {
    expect(parse(text)).toMatchObject({ format, host, timestamp: Date.parse(OCT) });
  });

  it('keeps the PRI of the relay, and takes the inner one where that has none', () => {
    expect(parse(`${RELAY} <38>Oct 11 22:14:14 web sshd[9]: x`)).toMatchObject({ facility: 16, severity: 6 });
    expect(parse('Oct 11 22:14:15 relay <38>Oct 11 22:14:14 web sshd[9]: x')).toMatchObject({ facility: 4 });
  });

  it.each([
    ['prose', `${RELAY} Oct 11 22:14:14 backup finished: ok`, 'Oct 11 22:14:14 backup finished: ok'],
    [
      'a date in the text',
      `${RELAY} job of Oct 11 22:14:14 web sshd[9]: x`,
      'job of Oct 11 22:14:14 web sshd[9]: x',
    ],
    [
      'a stamp and text',
      `${RELAY} 2026-10-11T22:14:14Z all is well: x`,
      '2026-10-11T22:14:14Z all is well: x',
    ],
    ['a number in brackets', `${RELAY} <3 of us>: x`, '<3 of us>: x'],
    // Behind a tag it is what the program was told
    [
      'a program’s text',
      `${RELAY} app[1]: <38>Oct 11 22:14:14 web sshd[9]: Accepted password for root`,
      '<38>Oct 11 22:14:14 web sshd[9]: Accepted password for root',
    ],
    ['a program’s stamp', `${RELAY} app: Oct 11 22:14:14 web sshd[9]: x`, 'Oct 11 22:14:14 web sshd[9]: x'],
    [
      'a second header',
      `${RELAY} Oct 11 22:14:14 r2 Oct 11 22:14:13 web sshd[9]: x`,
      'Oct 11 22:14:14 r2 Oct 11 22:14:13 web sshd[9]: x',
    ],
  ])('is no %s', (_, text, message) => {
    const record = parse(text);
    expect(record).toMatchObject({ host: 'relay', message, timestamp: Date.parse(OCT) });
  });
});
