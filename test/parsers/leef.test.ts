import { expect, it } from 'vitest';
import { isoTime, parse, plainData } from './helpers.js';

it.each([
  ['a pipe as the delimiter', 'LEEF:2.0|v|p|1|e|||a=b|c=d', '|'],
  ['a pipe as its code', 'LEEF:2.0|v|p|1|e|0x7C|a=b|c=d', '|'],
  ['an empty delimiter', 'LEEF:2.0|v|p|1|e||a=b\tc=d', '\t'],
  ['a tab written as \\t', 'LEEF:2.0|v|p|1|e|\\t|a=b\tc=d', '\t'],
  ['a blank after the tag, as relays put it', 'LEEF: 2.0|v|p|1|e|^|a=b^c=d', '^'],
  ['the same behind a syslog header', '<34>Nov 19 22:14:15 h LEEF: 2.0|v|p|1|e|^|a=b^c=d', '^'],
])('reads %s', (_, text, delimiter) => {
  const record = parse(text);
  expect(record.format).toBe('leef');
  expect(plainData(record.leef)).toMatchObject({
    leef_version: '2.0',
    delimiter,
    attributes: { a: 'b', c: 'd' },
  });
});

/** A record that states its time so; `devTimeFormat` only where one is given. */
function timed(devTime: string, format?: string) {
  const stated = format === undefined ? '' : `^devTimeFormat=${format}`;
  return parse(`LEEF:2.0|v|p|1|e|^|devTime=${devTime}${stated}^src=192.0.2.1`);
}

it.each([
  ['14/11/2026 11:13:20 PM UTC', 'dd/MM/yyyy hh:mm:ss a z', '2026-11-14T23:13:20.000Z'],
  // Read by the pattern, whatever else it looks like
  ['2026-03-02 22:13:20', 'yyyy-dd-MM HH:mm:ss', '2026-02-03T22:13:20.000Z'],
  // Not of the pattern, and plain without it
  ['1794694400000', 'MMM dd yyyy HH:mm:ss', '2026-11-14T22:13:20.000Z'],
  ['2026-11-14 22:13:20', 'no pattern', '2026-11-14T22:13:20.000Z'],
])('reads devTime %s by %s', (devTime, format, expected) => {
  const record = timed(devTime, format);
  expect(isoTime(record.payloadTimestamp)).toBe(expected);
  expect(record.errors).toBeNull();
});

it.each([
  ['14/11/2026 11:13:20', undefined],
  ['14/11/2026 11:13:20', 'yyyy-MM-dd HH:mm:ss'],
  ['31/02/2026 11:13:20', 'dd/MM/yyyy HH:mm:ss'],
])('counts devTime %s of the format %s as a bad stamp', (devTime, format) => {
  const record = timed(devTime, format);
  expect(record.payloadTimestamp).toBeNaN();
  expect(record.errors).toEqual(['parse.bad_timestamp']);
});

it('says nothing of a devTime that is empty', () => {
  expect(timed('', 'yyyy').errors).toBeNull();
});
