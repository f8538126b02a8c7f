import { describe, expect, it } from 'vitest';
import { Event } from '../../src/model/event.js';
import { readIsoUtc, setEventTime } from '../../src/normalizers/event-time.js';
import { normalized } from '../helpers/normalized.js';

describe('readIsoUtc', () => {
  it('reads what Date.parse reads, to the millisecond', () => {
    for (const text of [
      '2025-12-06T21:11:02Z',
      '2025-12-06T21:11:02.649Z',
      '2024-02-29T00:00:00+05:30',
      '2024-12-31T23:59:59.001-08:00',
    ]) {
      expect(readIsoUtc(text), text).toBe(Date.parse(text));
    }
  });

  it('takes a blank for the T, cuts finer fractions, and takes a stamp without zone as UTC', () => {
    expect(readIsoUtc('2025-12-06 21:11:02.632')).toBe(Date.UTC(2025, 11, 6, 21, 11, 2, 632));
    expect(readIsoUtc('2025-12-06T21:11:02.649999999Z')).toBe(Date.UTC(2025, 11, 6, 21, 11, 2, 649));
    expect(readIsoUtc('2025-12-06T21:11:02+0100')).toBe(Date.UTC(2025, 11, 6, 20, 11, 2));
  });

  it('refuses everything else', () => {
    for (const text of [
      null,
      '',
      '2025-13-06T21:11:02Z',
      '2025-12-06T25:11:02Z',
      '2025/12/06 21:11:02',
      '2025-12-06T21:11:02 CET',
    ]) {
      expect(readIsoUtc(text), String(text)).toBeNaN();
    }
  });
});

describe('setEventTime', () => {
  it('cuts what is finer than a millisecond, which is what windows count in', () => {
    const event = new Event();
    setEventTime(event, Date.UTC(2026, 10, 20) + 0.75);
    expect(event.timestamp).toBe(Date.UTC(2026, 10, 20));
  });

  it('takes receive time for what RFC 3339 cannot write, and marks what lies in the future', () => {
    const event = new Event();
    event.receivedAt = Date.UTC(2026, 10, 20);
    for (const [stated, timestamp, inFuture] of [
      [Number.NaN, event.receivedAt, false],
      [Date.UTC(2000, 0, 1) - 1e15, event.receivedAt, false],
      [Date.UTC(9999, 11, 31), Date.UTC(9999, 11, 31), true],
      [9e15, event.receivedAt, true],
    ] as const) {
      setEventTime(event, stated);
      expect([event.timestamp, event.timestampInFuture], String(stated)).toEqual([timestamp, inFuture]);
    }
  });
});

describe('the time of an nginx access log as JSON', () => {
  it.each([
    ['"time_local":"20/Nov/2026:11:00:00 +0100"'],
    ['"time_iso8601":"2026-11-20T11:00:00+01:00"'],
    ['"msec":"1795168800.000"'],
    ['"msec":1795168800'],
  ])('is read from %s', (stated) => {
    const event = normalized(
      `{"remote_addr":"203.0.113.7","status":404,"request":"GET / HTTP/1.1",${stated}}`,
    );
    expect(new Date(event.timestamp).toISOString()).toBe('2026-11-20T10:00:00.000Z');
  });
});
