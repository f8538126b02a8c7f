import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { recordChunk } from '../../src/cli/record-chunk.js';
import { configSchema } from '../../src/config/schema.js';
import { type Core, createCore } from '../../src/keep.js';
import { type Change, isIncident } from '../../src/model/change.js';
import { createDetection, enrichmentBySource } from '../../src/pipeline.js';
import { buildRuleset } from '../../src/ruleset.js';

const NOW = Date.UTC(2026, 2, 2, 8);
const MINUTE = 60_000;
/** What a clock whose battery is empty, or that was told a lie, says. */
const AHEAD = NOW + 3650 * 24 * 60 * MINUTE;
const CONFIG = configSchema.parse({});

const word = (name: string, level: string): string =>
  `title: ${name}\nname: ${name}\nlevel: ${level}\nlogsource: { product: linux }\ndetection: { s: { message|contains: ${name} }, condition: s }\n---\n`;
const RULES = `${word('began', 'informational')}${word('ended', 'informational')}${word('one', 'high')}${word('two', 'high')}title: Never Ended
level: high
correlation: { type: temporal_ordered, rules: [began, ended], group-by: [host.name], timespan: 10m }
vedette: { absent: ended }
`;
const BUILT = buildRuleset([{ path: 'x.yml', text: RULES }]);
const counts = new Map<string, number>();

const newCore = (): Core =>
  createCore(CONFIG, BUILT, (code, n) => counts.set(code, (counts.get(code) ?? 0) + n));

function restarted(core: Core): Core {
  const saved = [...core.snapshot()].map((part) => deserialize(serialize(part)) as unknown);
  const next = newCore();
  next.restore(saved);
  return next;
}

function hear(core: Core, seq: number, at: number, host: string, texts: readonly string[]): Change[] {
  const { ruleset, neededFields } = BUILT;
  const enrichment = enrichmentBySource(CONFIG);
  const detect = createDetection({ ruleset, neededFields, hints: new Map(), enrichment, withEvents: false });
  const records = texts.map((text) =>
    Buffer.from(`<13>1 ${new Date(NOW).toISOString()} ${host} app - - - ${text}`),
  );
  core.count(texts.length, at);
  return core.apply(seq, detect(recordChunk(records, seq, at, 'test')).signals, at);
}

/** What is heard while the clock is ahead, and what becomes of it, and of what comes later, once it is right. */
function play(between: (core: Core) => Core): { changes: Change[]; core: Core } {
  let core = newCore();
  core.tick(AHEAD);
  const changes = hear(core, 1, AHEAD, 'web-01', ['began', 'one', 'two']);
  core = between(core);
  for (let at = NOW; at < NOW + 6 * 60 * MINUTE; at += MINUTE) {
    changes.push(...core.tick(at));
    if (at === NOW + MINUTE) changes.push(...hear(core, 2, at, 'web-02', ['began', 'one']));
  }
  return { changes, core };
}

describe('a clock that was ahead and is set back', () => {
  it('delays nothing: alerts and incidents end, and what never came is told of', () => {
    counts.clear();
    const { changes, core } = play((same) => same);
    const said = changes.map((change) =>
      isIncident(change)
        ? `incident ${change.incident.status}`
        : `${change.rule.name} of ${change.host?.name} ${change.alert.status}`,
    );
    for (const host of ['web-01', 'web-02'])
      for (const rule of ['one', 'Never Ended'])
        for (const status of ['opened', 'ended']) expect(said).toContain(`${rule} of ${host} ${status}`);
    expect(said.filter((line) => line === 'incident ended')).toHaveLength(2);
    expect(core.openIds().size).toBe(0);
    expect(core.stats(NOW + MINUTE).today).toBe(2);
    expect(counts.get('clock.set_back')).toBe(1);
  });

  it('is noticed after a restart as well, and by a start', () => {
    const { changes } = play((same) => same);
    expect(JSON.stringify(play(restarted).changes)).toBe(JSON.stringify(changes));
    counts.clear();
    const core = newCore();
    core.tick(AHEAD);
    restarted(core).listen(['tcp'], NOW);
    expect(counts.get('clock.set_back')).toBe(1);
  });

  it('is not one that hesitates', () => {
    counts.clear();
    const core = newCore();
    for (const at of [NOW, NOW - 20_000, NOW - 25_000]) core.tick(at);
    expect(counts.size).toBe(0);
  });
});
