import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKnownHour, scanBsdStamp } from '../../../src/parsers/timestamp/bsd.js';
import { Stamp } from '../../../src/parsers/timestamp/stamp.js';
import { zonedTime } from '../../../src/parsers/timestamp/zone.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_MS = 86_400_000;
const AROUND = Date.parse('2026-11-20T16:00:00Z');
const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Africa/Monrovia'];

/** Instants close to the clock's and the limits of the year rule: now, 24 h ahead, a year ago. */
const offset = fc.oneof(
  fc.integer({ min: -90_000, max: 90_000 }),
  fc.integer({ min: -90_000, max: 90_000 }).map((ms) => DAY_MS + ms),
  fc.integer({ min: -90_000, max: 90_000 }).map((ms) => -364 * DAY_MS + ms),
  fc.integer({ min: -366 * DAY_MS, max: 2 * DAY_MS }),
);
/** Also of before Liberia's whole minutes. */
const clock = fc.oneof(
  fc.integer({ min: -120_000, max: 120_000 }).map((ms) => AROUND + ms),
  fc.integer({ min: 0, max: 400 }).map((days) => AROUND - days * DAY_MS),
  fc.constant(Date.parse('1971-06-01T00:00:00Z')),
);
const step = fc.record({
  clock,
  timezone: fc.constantFrom(...ZONES),
  offset,
  minute: fc.oneof(fc.constant(null), fc.constant(null), fc.constantFrom('60', '99', ' 5', '5:', ':5', '/9')),
  second: fc.oneof(fc.integer({ min: 0, max: 59 }), fc.constantFrom('60', '99', ' 5', '5:', ':5', '/9')),
});

describe('hours that are remembered', () => {
  it('give the year rule’s time for any history of stamps, clocks and zones', () => {
    let known = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        for (const { clock, timezone, offset, minute, second } of steps) {
          const day = new Date(clock + offset);
          const seconds = typeof second === 'number' ? String(second).padStart(2, '0') : second;
          const minutes = minute ?? String(day.getUTCMinutes()).padStart(2, '0');
          const text = `${hourText(day)}:${minutes}:${seconds} host`;
          const stamp = new Stamp();
          const context = { clock, timezone, bytes: Buffer.from(`Nov ${text}`), from: 4 };
          const isKnown = readKnownHour(text, 0, context, stamp);
          if (isKnown) known++;
          const isStamp = isKnown || scanBsdStamp(text, 0, context, stamp);
          expect(isStamp).toBe(/^\d\d:\d\d$/.test(`${minutes}:${seconds}`));
          if (isStamp)
            expect(stamp.time).toBe(plainTime(day, Number(minutes), Number(seconds), clock, timezone));
          if (isStamp) expect(stamp.end).toBe(15);
        }
      }),
      { seed: 1, numRuns: 1000 },
    );
    expect(known).toBeGreaterThan(100);
  });

  it.each([
    // St John's went back from 00:01 to 23:01; whole quarters are looked up, so 00:05 is still read as summer time.
    ['a zone’s change', 'America/St_Johns', '2006-10-30T00:00Z', 'Oct 29 00:05:00', '2006-10-29T02:35Z'],
    ['a zone’s change', 'America/St_Johns', '2006-10-30T00:00Z', 'Oct 29 00:40:00', '2006-10-29T04:10Z'],
    ['a later clock', 'UTC', '2026-11-20T18:00Z', 'Nov 21 16:10:00', '2026-11-21T16:10Z'],
    ['the year’s limit', 'UTC', '2026-11-20T16:00Z', 'Nov 21 16:10:00', '2025-11-21T16:10Z'],
  ])('are not split: %s', (_, timezone, clock, text, time) => {
    const stamp = new Stamp();
    const bytes = Buffer.from(`${text} host`);
    const context = { clock: Date.parse(clock), timezone, bytes, from: 0 };
    const isKnown = readKnownHour(`${text} host`, 0, context, stamp);
    if (!isKnown) scanBsdStamp(`${text} host`, 0, context, stamp);
    expect(new Date(stamp.time).toISOString()).toBe(new Date(time).toISOString());
  });
});

function hourText(day: Date): string {
  const [date, hour] = [String(day.getUTCDate()).padStart(2), String(day.getUTCHours()).padStart(2, '0')];
  return `${MONTHS[day.getUTCMonth()]} ${date} ${hour}`;
}

/** The largest year in which the stamp is no later than 24 h after the clock, found by trying. */
function plainTime(day: Date, minute: number, second: number, clock: number, timezone: string): number {
  if (minute > 59 || second > 59) return Number.NaN;
  for (let year = new Date(clock).getUTCFullYear() + 2; ; year--) {
    const wall = Date.UTC(year, day.getUTCMonth(), day.getUTCDate(), day.getUTCHours(), minute, second);
    if (new Date(wall).getUTCDate() !== day.getUTCDate()) continue;
    const time = zonedTime(wall, timezone);
    if (time <= clock + DAY_MS) return time;
  }
}
