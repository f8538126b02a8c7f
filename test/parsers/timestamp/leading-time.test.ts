import { describe, expect, it } from 'vitest';
import { isoTime, type Options, parse } from '../helpers.js';

/** Received on 2026-11-20 at 16:00 UTC. */
function timeOf(text: string, options: Options = {}): string | null {
  const record = parse(text, options);
  expect(record.format).toBe('plain');
  return isoTime(record.timestamp);
}

describe('the time that a plain line begins with', () => {
  it.each([
    ['2026/11/19 13:55:36 [error] 12#0: *5 open() failed', '2026-11-19T13:55:36.000Z'],
    ['2026/11/19 13:55:36.123456 http: TLS handshake error', '2026-11-19T13:55:36.123Z'],
    ['2026/11/19 13:55:36,042 text', '2026-11-19T13:55:36.042Z'],
    ['2026/11/19 01:55:36 PM text', '2026-11-19T13:55:36.000Z'],
    ['19-Nov-2026 10:00:00 text', '2026-11-19T10:00:00.000Z'],
    ['19-Nov-2026 10:00:00.123 queries: info: text', '2026-11-19T10:00:00.123Z'],
    ['[2026-11-19 10:00:00 EST] text', '2026-11-19T15:00:00.000Z'],
    ['[19-Nov-2026 10:00:00 EST] PHP Warning:  text', '2026-11-19T15:00:00.000Z'],
    ['Thu Nov 19 12:21:00.123456 2026 text', '2026-11-19T12:21:00.123Z'],
    ['2026-11-19 01:00:05 PM text', '2026-11-19T13:00:05.000Z'],
    ['2026-11-19 12:00:05.250 am: text', '2026-11-19T00:00:05.250Z'],
    ['2026-11-19 11:00:05 PM CET text', '2026-11-19T22:00:05.000Z'],
    ['2026-11-19 11:00:05 PM', '2026-11-19T23:00:05.000Z'],
    ['11/19/2026 01:55:36 PM text', '2026-11-19T13:55:36.000Z'],
    ['11/19/2026, 1:55:36 PM text', '2026-11-19T13:55:36.000Z'],
    ['11/19/2026, 1:55:36\u202fPM text', '2026-11-19T13:55:36.000Z'],
    ['[11/19/2026 12:55:36 AM] text', '2026-11-19T00:55:36.000Z'],
    ['1/19/2026 1:55:36 AM 0E7C PACKET', '2026-01-19T01:55:36.000Z'],
    ['11/19/2026 13:55:36.5 text', '2026-11-19T13:55:36.500Z'],
    // No month has that number
    ['19/11/2026 01:55:36 PM text', '2026-11-19T13:55:36.000Z'],
    ['19/11/2026 13:55:36 text', '2026-11-19T13:55:36.000Z'],
    ['03/03/2026 13:55:36 text', '2026-03-03T13:55:36.000Z'],
    ['11/12/2026-13:55:36.123456  [**] text', '2026-11-12T13:55:36.123Z'],
    ['11/12/26-13:55:36.123456  [**] text', '2026-11-12T13:55:36.123Z'],
    ['11/12-13:55:36.123456  [**] text', '2026-11-12T13:55:36.123Z'],
    ['12/11-13:55:36.123456  [**] text', '2025-12-11T13:55:36.123Z'],
  ])('%s', (text, expected) => {
    expect(timeOf(text)).toBe(expected);
  });

  it.each([
    ['11/12/2026 01:55:36 PM text', '2026-11-12T14:00:00Z', '2026-11-12T13:55:36.000Z'],
    ['11/12/2026 01:55:36 PM text', '2026-12-11T14:00:00Z', '2026-12-11T13:55:36.000Z'],
    ['11/12/2026 01:55:36 PM text', '2026-12-20T14:00:00Z', null],
    ['11/12/2026 01:55:36 PM text', '2027-11-12T14:00:00Z', null],
  ])('reads %s at %s as the one that is of today', (text, now, expected) => {
    expect(timeOf(text, { now })).toBe(expected);
  });

  it('is in the zone of its source', () => {
    const timezone = 'Europe/Berlin';
    expect(timeOf('2026-11-19 01:00:05 PM text', { timezone })).toBe('2026-11-19T12:00:05.000Z');
    expect(timeOf('11/19/2026 01:00:05 PM text', { timezone })).toBe('2026-11-19T12:00:05.000Z');
    // The zone changed at 02:00 that day
    expect(timeOf('2026-10-25 12:30:00 AM text', { timezone })).toBe('2026-10-24T22:30:00.000Z');
    expect(timeOf('2026-10-25 01:30:00 PM text', { timezone })).toBe('2026-10-25T12:30:00.000Z');
  });

  it.each([
    ['a word that begins like one half of a day', '2026-11-19 10:00:05 PM2 text', '2026-11-19T10:00:05.000Z'],
    ['another', '2026-11-19 10:00:05 AMQP text', '2026-11-19T10:00:05.000Z'],
    ['an hour of 24', '2026-11-19 13:00:05 PM text', '2026-11-19T13:00:05.000Z'],
    ['numbers that follow', '1,2026/11/19 16:09:08,012345,TYPE,x,N,', '2026-11-19T16:09:08.000Z'],
  ])('is not misled by %s', (_, text, expected) => {
    expect(timeOf(text)).toBe(expected);
  });

  it.each([
    '13/13/2026 10:00:00 text',
    '02/30/2026 10:00:00 text',
    '11/19/2026 25:00:00 text',
    '11/19/26 10:00:00 text',
    '11/19/2026 10:00 text',
    '11/19/2026 text',
    '111/19/2026 10:00:00 text',
    '11/19/2026',
    '10.0.0.0/24 192.0.2.1',
  ])('is none in %s', (text) => {
    expect(timeOf(text)).toBeNull();
  });
});
