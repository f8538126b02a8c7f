import fc from 'fast-check';
import { expect, it } from 'vitest';
import { scanIsoStamp } from '../../../src/parsers/timestamp/iso.js';
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
