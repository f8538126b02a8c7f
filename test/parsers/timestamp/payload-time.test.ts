import { describe, expect, it } from 'vitest';
import { payloadTime } from '../../../src/parsers/timestamp/payload-time.js';
import { isoTime } from '../helpers.js';

const context = {
  clock: Date.parse('2026-11-20T12:00:00Z'),
  timezone: 'Asia/Tokyo',
  bytes: new Uint8Array(0),
  from: 0,
};

describe('the time of a payload', () => {
  it.each([
    ['Nov 14 2023 22:13:20', '2023-11-14T13:13:20.000Z'],
    ['Nov 14 2023 22:13:20.123 CET', '2023-11-14T21:13:20.123Z'],
    ['Nov 14 2023 22:13:20.123 GMT+01:00', '2023-11-14T21:13:20.123Z'],
    ['Nov 14 2023 22:13:20 GMT-0830', '2023-11-15T06:43:20.000Z'],
    ['Nov 14 2023 22:13:20 UTC+00:00', '2023-11-14T22:13:20.000Z'],
    ['Nov 14 2023 22:13:20 +0100', '2023-11-14T21:13:20.000Z'],
    ['Nov 14 22:13:20 +0100', '2026-11-14T21:13:20.000Z'],
    ['2023-11-14 22:13:20 -0500', '2023-11-15T03:13:20.000Z'],
    ['2023-11-14 22:13:20.5 +05:30', '2023-11-14T16:43:20.500Z'],
    ['2023-11-14T22:13:20-0500', '2023-11-15T03:13:20.000Z'],
    ['2023-11-14 22:13:20 -9900', '2023-11-14T13:13:20.000Z'],
    ['2023-11-14 22:13:20 more', '2023-11-14T13:13:20.000Z'],
  ])('%s', (text, expected) => {
    expect(isoTime(payloadTime(text, context))).toBe(expected);
  });
});
