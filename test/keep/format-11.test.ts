import { expect, it } from 'vitest';
import type { OpenIncident } from '../../src/alerts/open-incident.js';
import { recordChunk } from '../../src/cli/record-chunk.js';
import { configSchema } from '../../src/config/schema.js';
import { fromFormat11 } from '../../src/keep/format-11.js';
import { type Core, createCore } from '../../src/keep.js';
import { type Change, isIncident } from '../../src/model/change.js';
import { createDetection, enrichmentBySource } from '../../src/pipeline.js';
import { buildRuleset } from '../../src/ruleset.js';

const NOW = Date.UTC(2026, 2, 2, 8);
const MINUTE = 60_000;
const CONFIG = configSchema.parse({});
const rule = (name: string, level: string): string =>
  `title: ${name}\nname: ${name}\nlevel: ${level}\nlogsource: { product: linux }\ndetection: { s: { message|contains: ${name} }, condition: s }\n`;
const COUNTED = `title: counted
level: high
correlation: { type: event_count, rules: [knock], group-by: [host.name], timespan: 1h, condition: { gte: 3 } }
`;
const BUILT = buildRuleset([
  {
    path: 'x.yml',
    text: [rule('one', 'high'), rule('two', 'medium'), rule('knock', 'informational'), COUNTED].join('---\n'),
  },
]);
const newCore = (): Core => createCore(CONFIG, BUILT, () => {});

function hear(core: Core, seq: number, texts: readonly string[]): Change[] {
  const at = NOW + seq * MINUTE;
  const { ruleset, neededFields } = BUILT;
  const enrichment = enrichmentBySource(CONFIG);
  const detect = createDetection({ ruleset, neededFields, hints: new Map(), enrichment, withEvents: false });
  const records = texts.map((text) =>
    Buffer.from(`<13>1 ${new Date(at).toISOString()} web-01 app - - - ${text}`),
  );
  return core.apply(seq, detect(recordChunk(records, seq, at, 'test')).signals, at);
}

const said = (changes: readonly Change[]): string[] =>
  changes.map((change) =>
    isIncident(change)
      ? `incident ${change.incident.status} ${change.incident.risk}`
      : `${change.rule.name} ${change.alert.status}`,
  );

interface Part {
  readonly of?: string;
  readonly items: readonly OpenIncident[];
}

/** As it was written before. */
function former(part: unknown): unknown {
  const { of, items } = part as Part;
  if (of === 'incidents') return { of, items: items.map(({ rules: _, ...incident }) => incident) };
  if (of !== undefined) return part;
  const { clock: _, ...first } = part as { readonly clock: number };
  return { ...first, format: 11 };
}

it('an update goes on with the windows, alerts and incidents of the format before', () => {
  const core = newCore();
  core.tick(NOW);
  expect(said(hear(core, 1, ['one', 'two', 'knock', 'knock']))).toContainEqual(
    expect.stringMatching(/^incident opened/),
  );
  const parts = [...core.snapshot()];
  const [, ...later] = fromFormat11(parts.map(former));
  expect(later).toEqual(parts.slice(1));
  const next = newCore();
  next.restore(parts.map(former));
  const goesOn = said(hear(next, 2, ['knock', 'one']));
  expect(goesOn).toEqual(said(hear(core, 2, ['knock', 'one'])));
  expect(goesOn).toContain('counted opened');
});

it('the anomaly stage goes on by receipt from what it knew', () => {
  const watch = { firstMinute: 10, newestMinute: 99, modelId: 'm' };
  expect([...fromFormat11([{ of: 'anomaly', items: [watch] }])]).toEqual([
    { of: 'anomaly', items: [{ watchedFrom: 10, newestMinute: 99, modelAt: 99, modelId: 'm' }] },
  ]);
});
