import { utimesSync } from 'node:fs';
import { expect, it } from 'vitest';
import { recordChunk } from '../../src/cli/record-chunk.js';
import type { Config } from '../../src/config/schema.js';
import { PatientClock } from '../../src/keeper/patient-clock.js';
import { Retention } from '../../src/keeper/retention.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { listSegments } from '../../src/storage/log/segment-files.js';
import { createLogger } from '../../src/telemetry/log.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { until } from '../helpers/until.js';

const LIMITS = { events: {}, alerts: { max_count: 5, max_age: 1000 } } as Config['storage'];

function newRetention(of: { retain: () => Generator<void, void> }) {
  const kept: number[] = [];
  const retention = new Retention({
    limits: () => LIMITS,
    eventLog: {
      receivedUntil: null,
      retain: (_, keepAfter) => {
        kept.push(keepAfter);
        return [];
      },
    },
    state: of,
    sinks: [],
    keepAfter: () => 7,
    log: createLogger({ level: 'silent' }),
  });
  return { retention, kept };
}

const DAY = 24 * 3600_000;

it('does not delete the log on the word of a clock that has leapt ahead since the last record', () => {
  const dir = temporaryFolder();
  const open = () => new EventLog({ dir, maxAgeMs: 30 * DAY, maxBytes: 1e15, segmentBytes: 1 });
  const written = open();
  for (const seq of [1, 2, 3]) {
    written.append(recordChunk([Buffer.from('hello')], seq, Date.now() - 400 * DAY, 'tcp'));
    written.commit();
  }
  written.finish();
  const segments = listSegments(dir);
  for (const path of segments) utimesSync(path, new Date(), new Date(Date.now() - 400 * DAY));
  expect(segments).toHaveLength(3);
  const eventLog = open();
  const retention = new Retention({
    limits: () => LIMITS,
    eventLog,
    state: { *retain() {} },
    sinks: [],
    keepAfter: () => 3,
    log: createLogger({ level: 'silent' }),
  });
  retention.begin();
  retention.finish();
  eventLog.finish();
  expect(listSegments(dir)).toEqual(segments);
});

it('believes a clock that is ahead once it has gone on so for an hour, and one that is set back at once', () => {
  let [wall, monotonic] = [1000 * DAY, 0];
  const pass = (ms: number): void => {
    wall += ms;
    monotonic += ms;
  };
  const clock = new PatientClock(
    wall - 400 * DAY,
    () => wall,
    () => monotonic,
  );
  expect(clock.now()).toBe(600 * DAY);
  pass(DAY / 25);
  expect(clock.now()).toBe(600 * DAY + DAY / 25);
  pass(DAY / 100);
  expect(clock.now()).toBe(wall);
  pass(DAY * 3);
  expect(clock.now()).toBe(wall);
  const before = wall;
  wall += 50 * DAY;
  expect(clock.now()).toBe(before);
  pass(DAY / 100);
  wall -= 50 * DAY;
  expect(clock.now()).toBe(wall);
  wall -= 10 * DAY;
  expect(clock.now()).toBe(wall);
  wall += DAY / 2;
  expect(clock.now()).toBe(wall);
});

it('lets others have their turn between two steps, and begins no second time meanwhile', async () => {
  const turns: string[] = [];
  let begun = 0;
  const { retention, kept } = newRetention({
    *retain() {
      begun++;
      for (let n = 0; n < 3; n++) {
        turns.push('step');
        setImmediate(() => turns.push('others'));
        yield;
      }
      turns.push('end');
    },
  });
  retention.begin();
  retention.begin();
  await until(() => turns.includes('end'), 'the end of dropping');
  expect(turns).toEqual(['step', 'others', 'step', 'others', 'step', 'others', 'end']);
  retention.begin();
  expect(begun).toBe(2);
  expect(kept).toEqual([7, 7]);
});

it('is tried again after an error, and drops the rest at once at the end', async () => {
  let steps = 0;
  const { retention } = newRetention({
    *retain() {
      for (let n = 0; n < 4; n++) {
        if (++steps === 2) throw new Error('disk full');
        yield;
      }
    },
  });
  retention.begin();
  await until(() => steps === 2, 'the error');
  retention.begin();
  expect(steps).toBe(3);
  retention.finish();
  expect(steps).toBe(7);
  await new Promise((resolve) => setImmediate(resolve));
  expect(steps).toBe(7);
});
