import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanIsoStamp, scanPlainIsoStamp } from '../../../src/parsers/timestamp/iso.js';
import { Stamp } from '../../../src/parsers/timestamp/stamp.js';

function read(text: string, timezone = 'UTC'): string | null {
  const stamp = new Stamp();
  if (!scanIsoStamp(text, 0, timezone, stamp)) return null;
  const time = Number.isNaN(stamp.time) ? 'no time' : new Date(stamp.time).toISOString();
  return `${time}${stamp.zoned ? '' : ' unzoned'} ${text.slice(stamp.end)}`;
}

it.each([
  ['2026-11-20T10:00:00Z x', '2026-11-20T10:00:00.000Z  x'],
  ['2026-11-20t10:00:00z', '2026-11-20T10:00:00.000Z '],
  ['2026-11-20 10:00:00,5', '2026-11-20T10:00:00.500Z unzoned '],
  ['2026-11-20T10:00:00.123456789+05:30', '2026-11-20T04:30:00.123Z '],
  ['2026-11-20T10:00:00-0100', '2026-11-20T11:00:00.000Z '],
  ['2026-11-20T10:00:00+02', '2026-11-20T08:00:00.000Z '],
  ['2026-11-20 10:00:00 EST x', '2026-11-20T15:00:00.000Z  x'],
  ['2026-11-20 10:00:00 host x', '2026-11-20T10:00:00.000Z unzoned  host x'],
  ['2026-11-20 10:00:00 PM x', '2026-11-20T22:00:00.000Z unzoned  x'],
  ['2026-11-20 12:00:00.5 am', '2026-11-20T00:00:00.500Z unzoned '],
  ['2026-11-20 10:00:00 PM EST', '2026-11-21T03:00:00.000Z '],
  ['2026-11-20 13:00:00 PM', '2026-11-20T13:00:00.000Z unzoned '],
  ['2026-11-20T10:00:00 PM x', '2026-11-20T10:00:00.000Z unzoned  PM x'],
  ['2026-11-20 10:00:00 pmacct x', '2026-11-20T10:00:00.000Z unzoned  pmacct x'],
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z '],
  ['2100-02-29T00:00:00Z', 'no time '],
  ['2026-11-20T10:00:60Z', 'no time '],
  ['2026-11-20T10:00:00.Z', 'no time '],
  ['2026-11-20T10:00:00-24:00', 'no time '],
  ['2026-11-20', null],
  ['2026-1-20T10:00:00Z', null],
  ['20261120T100000Z', null],
])('reads %s', (text, expected) => {
  expect(read(text)).toBe(expected);
});

it('reads a stamp without an offset in the zone of its source', () => {
  expect(read('2026-07-20T12:00:00', 'America/New_York')).toBe('2026-07-20T16:00:00.000Z unzoned ');
});

it('agrees with Date on every instant', () => {
  const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      expect(read(date.toISOString())).toBe(`${date.toISOString()} `);
    }),
  );
});

it('reads plain stamps in the bytes as it reads them in the text', () => {
  let plain = 0;
  const digits = fc.constantFrom(
    '00',
    '01',
    '09',
    '12',
    '20',
    '23',
    '24',
    '28',
    '29',
    '30',
    '31',
    '59',
    '60',
    'x1',
  );
  const stamps = fc
    .tuple(
      fc.constantFrom('2026', '2024', '1900', '0000', '9999', '20 6'),
      digits,
      digits,
      fc.constantFrom('T', 'T', 't', ' '),
      digits,
      digits,
      digits,
      fc.constantFrom('', '.', '.5', '.05', '.123', '.9999999', ',5', '.x'),
      fc.constantFrom(
        'Z',
        'Z',
        'z',
        '',
        '+02:00',
        '-07:30',
        '+24:00',
        '+01:60',
        '+0100',
        '+01',
        '+1:00',
        '-00:00',
      ),
      fc.constantFrom(' host', '', 'x', ' ', '0', ': '),
    )
    .map(
      ([year, month, day, mark, hour, minute, second, fraction, zone, after]) =>
        `${year}-${month}-${day}${mark}${hour}:${minute}:${second}${fraction}${zone}${after}`,
    );
  fc.assert(
    fc.property(
      stamps,
      fc.nat({ max: 40 }),
      fc.constantFrom('', '', '', '-', ':', ' ', 'é'),
      (whole, at, other) => {
        const text = whole.slice(0, at) + other + whole.slice(at + other.length);
        const [inBytes, inText] = [new Stamp(), new Stamp()];
        const view = { bytes: Buffer.from(`<13>${text}Z00:00 Z`), from: 4 };
        if (!scanPlainIsoStamp(text, 0, view, inBytes)) return;
        plain++;
        expect(scanIsoStamp(text, 0, 'UTC', inText)).toBe(true);
        expect(inBytes).toEqual(inText);
      },
    ),
    { numRuns: 5000, seed: 1 },
  );
  expect(plain).toBeGreaterThan(200);
});
