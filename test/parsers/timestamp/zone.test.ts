import { describe, expect, it } from 'vitest';
import { abbreviationOffset, zonedTime, zoneOffset } from '../../../src/parsers/timestamp/zone.js';

const HOUR_MS = 3_600_000;

describe('zonedTime', () => {
  it.each([
    ['winter', '2026-01-20T12:00:00Z', 'America/New_York', '2026-01-20T17:00:00.000Z'],
    ['summer', '2026-07-20T12:00:00Z', 'America/New_York', '2026-07-20T16:00:00.000Z'],
    ['half an hour', '2026-07-20T12:00:00Z', 'Asia/Kolkata', '2026-07-20T06:30:00.000Z'],
    [
      'the last minute before summer time',
      '2026-03-29T01:59:00Z',
      'Europe/Vienna',
      '2026-03-29T00:59:00.000Z',
    ],
    ['the first minute of summer time', '2026-03-29T03:00:00Z', 'Europe/Vienna', '2026-03-29T01:00:00.000Z'],
    ['an hour that comes twice', '2026-10-25T02:30:00Z', 'Europe/Vienna', '2026-10-25T00:30:00.000Z'],
    ['the hour after it', '2026-10-25T03:30:00Z', 'Europe/Vienna', '2026-10-25T02:30:00.000Z'],
    ['an unknown zone, as UTC', '2026-07-20T12:00:00Z', 'No/Such_Zone', '2026-07-20T12:00:00.000Z'],
  ])('reads wall time in %s', (_, wall, zone, expected) => {
    expect(new Date(zonedTime(Date.parse(wall), zone)).toISOString()).toBe(expected);
  });
});

describe('zoneOffset', () => {
  it('is positive east of Greenwich', () => {
    expect(zoneOffset(Date.parse('2026-01-01T00:00:00Z'), 'Asia/Tokyo')).toBe(9 * HOUR_MS);
    expect(zoneOffset(Number.NaN, 'Asia/Tokyo')).toBe(0);
  });
});

describe('abbreviationOffset', () => {
  it('knows the names that devices print', () => {
    expect(abbreviationOffset('EDT')).toBe(-4 * HOUR_MS);
    expect(abbreviationOffset('IST')).toBe(5.5 * HOUR_MS);
    expect(abbreviationOffset('TZ')).toBeUndefined();
    expect(abbreviationOffset('constructor')).toBeUndefined();
  });
});
