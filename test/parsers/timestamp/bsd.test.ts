import { describe, expect, it } from 'vitest';
import { scanBsdStamp } from '../../../src/parsers/timestamp/bsd.js';
import { Stamp } from '../../../src/parsers/timestamp/stamp.js';

function read(text: string, { now = '2026-11-20T16:00:00Z', timezone = 'UTC' } = {}): string | null {
  const stamp = new Stamp();
  if (!scanBsdStamp(text, 0, { clock: Date.parse(now), timezone }, stamp)) return null;
  const time = Number.isNaN(stamp.time) ? 'no time' : new Date(stamp.time).toISOString();
  return `${time} ${text.slice(stamp.end)}`;
}

describe('the year of a stamp without one', () => {
  it.each([
    ['an hour ago', 'Nov 20 15:00:00', '2026-11-20T15:00:00.000Z '],
    ['23 hours ahead', 'Nov 21 15:00:00', '2026-11-21T15:00:00.000Z '],
    ['24 hours ahead to the second', 'Nov 21 16:00:00', '2026-11-21T16:00:00.000Z '],
    ['more than 24 hours ahead', 'Nov 21 16:00:01', '2025-11-21T16:00:01.000Z '],
    ['eleven months ago', 'Dec 31 23:59:59', '2025-12-31T23:59:59.000Z '],
    ['a leap day', 'Feb 29 12:00:00', '2024-02-29T12:00:00.000Z '],
    ['a day that no year has', 'Feb 30 12:00:00', 'no time '],
  ])('is the latest that is not after tomorrow: %s', (_, text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it('is found anew for every time of the day that the limit falls into', () => {
    expect(read('Nov 21 15:59:59')).toBe('2026-11-21T15:59:59.000Z ');
    expect(read('Nov 21 17:00:00')).toBe('2025-11-21T17:00:00.000Z ');
    expect(read('Nov 21 15:59:59')).toBe('2026-11-21T15:59:59.000Z ');
  });

  it('follows the clock from record to record', () => {
    expect(read('Dec 30 12:00:00')).toBe('2025-12-30T12:00:00.000Z ');
    expect(read('Dec 30 12:00:00', { now: '2026-12-31T00:00:00Z' })).toBe('2026-12-30T12:00:00.000Z ');
    expect(read('Dec 30 12:00:00')).toBe('2025-12-30T12:00:00.000Z ');
  });

  it('is that of the zone, which may be in another year than UTC', () => {
    const now = '2025-12-31T15:31:00Z';
    expect(read('Jan  1 00:30:00', { now, timezone: 'Asia/Tokyo' })).toBe('2025-12-31T15:30:00.000Z ');
  });

  it('skips 2100, which is no leap year', () => {
    expect(read('Feb 29 00:00:00', { now: '2103-06-01T00:00:00Z' })).toBe('2096-02-29T00:00:00.000Z ');
  });
});

describe('scanBsdStamp', () => {
  it.each([
    ['NOV  1 00:00:33 h', '2026-11-01T00:00:33.000Z  h'],
    ['Nov 1 00:00:33 h', '2026-11-01T00:00:33.000Z  h'],
    ['Nov 01 00:00:33.156789 h', '2026-11-01T00:00:33.156Z  h'],
    ['Nov 20 2023 08:23:43.398 UTC: %A', '2023-11-20T08:23:43.398Z : %A'],
    ['Nov 20 08:23:43 EDT: %A', '2026-11-20T12:23:43.000Z : %A'],
    ['Nov 20 08:23:43 EDT sw1 %A', '2026-11-20T08:23:43.000Z  EDT sw1 %A'],
    ['Aug 24 05:34:00 CST 1987 h', '1987-08-24T11:34:00.000Z  h'],
    ['Apr 15 21:28:13 2007 h', '2007-04-15T21:28:13.000Z  h'],
    ['Apr 15 21:28:13 2001:db8::1 h', '2026-04-15T21:28:13.000Z  2001:db8::1 h'],
    ['2015 Dec 29 10:00:01 h', '2015-12-29T10:00:01.000Z  h'],
    ['Nov 20 08:23:43Z h', '2026-11-20T08:23:43.000Z  h'],
    ['Nov 20 24:00:00 h', 'no time  h'],
    ['Nov  0 12:00:00 h', 'no time  h'],
    ['Nov 20 12:00 h', null],
    ['Nex 20 12:00:00 h', null],
    ['November 20 12:00:00', null],
    ['', null],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});
