import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.js';
import { RuleLife } from '../../src/daemon/rule-life.js';
import { packRuleset } from '../../src/rule-pack.js';
import { createLogger } from '../../src/telemetry/log.js';
import { until } from '../helpers/run-daemon.js';

const MIB = 1024 * 1024;
const PACKS = 40;

const isLetGo = (): true | null =>
  process.memoryUsage().arrayBuffers < (PACKS * 32 * MIB) / 2 ? true : null;

it('lets go of packs that are out of use, though V8 does not count what is shared', async () => {
  const life = new RuleLife(createLogger({ level: 'silent' }));
  const config = configSchema.parse({});
  const pack = packRuleset([], [], {}, null);
  for (let n = 0; n < PACKS; n++) {
    // Young objects die early: a pack in use is none.
    life.use({ ...pack, texts: new SharedArrayBuffer(32 * MIB) }, config);
    await setImmediate();
  }
  await until(isLetGo, 'most packs to be let go', 5000);
  expect(life.pack.texts.byteLength).toBe(32 * MIB);
});
