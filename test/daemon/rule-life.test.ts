import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.js';
import { RuleLife } from '../../src/daemon/rule-life.js';
import { packRuleset } from '../../src/rule-pack.js';
import { createLogger } from '../../src/telemetry/log.js';
import { until } from '../helpers/run-daemon.js';

const MIB = 1024 * 1024;
/** So many are used at least. */
const PACKS = 40;

it('lets go of packs that are out of use, though V8 does not count what is shared', async () => {
  const life = new RuleLife(createLogger({ level: 'silent' }));
  const config = configSchema.parse({});
  const pack = packRuleset([], [], {}, () => null);
  let used = 0;
  const useAnother = async (): Promise<true | null> => {
    // Young objects die early: a pack in use is none.
    life.use({ ...pack, texts: new SharedArrayBuffer(32 * MIB) }, config);
    used++;
    await setImmediate();
    return used >= PACKS && process.memoryUsage().arrayBuffers < (used * 32 * MIB) / 2 ? true : null;
  };
  // When V8 collects its garbage is its own affair, on a busy machine it is later: what matters is that it does.
  await until(useAnother, 'most packs to be let go', 10_000);
  expect(life.pack.texts.byteLength).toBe(32 * MIB);
});
