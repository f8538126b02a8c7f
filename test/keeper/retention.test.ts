import { expect, it } from 'vitest';
import type { Config } from '../../src/config/schema.js';
import { Retention } from '../../src/keeper/retention.js';
import { createLogger } from '../../src/telemetry/log.js';
import { until } from '../helpers/until.js';

const LIMITS = { events: {}, alerts: { max_count: 5, max_age: 1000 } } as Config['storage'];

function newRetention(of: { retain: () => Generator<void, void> }) {
  const kept: number[] = [];
  const retention = new Retention({
    limits: () => LIMITS,
    eventLog: {
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
