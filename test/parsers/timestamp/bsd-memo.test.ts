import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKnownMinute, scanBsdStamp } from '../../../src/parsers/timestamp/bsd.js';
import { Stamp } from '../../../src/parsers/timestamp/stamp.js';
import { zonedTime } from '../../../src/parsers/timestamp/zone.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;
const AROUND = Date.parse('2026-11-20T16:00:00Z');
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Africa/Monrovia'];

/** Instants close to the limits of the year rule: now, 24 h ahead, a year ago; and clocks of before Liberia's whole minutes. */
const offset = fc.oneof(
  fc.integer({ min: -90_000, max: 90_000 }),
  fc.integer({ min: -90_000, max: 90_000 }).map((ms) => DAY_MS + ms),
  fc.integer({ min: -90_000, max: 90_000 }).map((ms) => -364 * DAY_MS + ms),
  fc.integer({ min: -366 * DAY_MS, max: 2 * DAY_MS }),
);
const clock = fc.oneof(
  fc.integer({ min: -120_000, max: 120_000 }).map((ms) => AROUND + ms),
  fc.integer({ min: 0, max: 400 }).map((days) => AROUND - days * DAY_MS),
  fc.constant(Date.parse('1971-06-01T00:00:00Z')),
);
const step = fc.record({
  clock,
  timezone: fc.constantFrom(...ZONES),
  offset,
  second: fc.oneof(fc.integer({ min: 0, max: 59 }), fc.constantFrom('60', '99', ' 5', '5:', ':5', '/9')),
});

describe('minutes that are remembered', () => {
  it('give the year rule’s time for any history of stamps, clocks and zones', () => {
    let known = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        for (const { clock, timezone, offset, second } of steps) {
          const day = new Date(clock + offset);
          const seconds = typeof second === 'number' ? String(second).padStart(2, '0') : second;
          const text = `${minuteText(day)}:${seconds} host`;
          const stamp = new Stamp();
          const context = { clock, timezone, bytes: Buffer.from(`Nov ${text}`), from: 4 };
          const isKnown = readKnownMinute(text, 0, context, stamp);
          if (isKnown) known++;
          const isStamp = isKnown || scanBsdStamp(text, 0, context, stamp);
          expect(isStamp).toBe(/^\d\d$/.test(seconds));
          if (isStamp) expect(stamp.time).toBe(plainTime(day, Number(seconds), clock, timezone));
          if (isStamp) expect(stamp.end).toBe(15);
        }
      }),
      { seed: 1, numRuns: 1000 },
    );
    expect(known).toBeGreaterThan(100);
  });
});

function minuteText(day: Date): string {
  const [hours, minutes] = [day.getUTCHours(), day.getUTCMinutes()].map((n) => String(n).padStart(2, '0'));
  return `${MONTHS[day.getUTCMonth()]} ${String(day.getUTCDate()).padStart(2)} ${hours}:${minutes}`;
}

/** The largest year in which the stamp is no later than 24 h after the clock, found by trying. */
function plainTime(day: Date, second: number, clock: number, timezone: string): number {
  if (second > 59) return Number.NaN;
  for (let year = new Date(clock).getUTCFullYear() + 2; ; year--) {
    const wall = Date.UTC(
      year,
      day.getUTCMonth(),
      day.getUTCDate(),
      day.getUTCHours(),
      day.getUTCMinutes(),
      second,
    );
    if (new Date(wall).getUTCDate() !== day.getUTCDate()) continue;
    const time = zonedTime(wall, timezone);
    if (time <= clock + DAY_MS) return time;
  }
}
