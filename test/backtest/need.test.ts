import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needOfRules } from '../../src/backtest/need.js';
import { readRuleFiles } from '../../src/config/rule-files.js';
import { EventKeys } from '../../src/model/event-keys.js';
import type { JsonObject } from '../../src/model/json.js';
import { readRecord } from '../../src/pipeline.js';
import { mayHold, type Need } from '../../src/query/need.js';
import { compileRules } from '../../src/sigma/compile.js';
import { loadRules } from '../../src/sigma/load.js';
import { addOwnKeys } from '../../src/sigma/match/own-keys.js';
import type { Ruleset } from '../../src/sigma/ruleset.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const CLOCK = Date.UTC(2026, 10, 20, 12);
const keys = new EventKeys();

/** Which rules match a record, and which of all might by what a filter would know of it. */
function judged(
  text: string,
  ruleset: Ruleset,
  needs: readonly (Need | null)[],
): { readonly hits: readonly number[]; readonly possible: ReadonlySet<number> } {
  const { event, view } = readRecord(text, CLOCK);
  const hits: number[] = [];
  ruleset.match(view, event.logsource, hits);
  keys.add(event);
  addOwnKeys(event.record, keys);
  const known = new Set(keys.take());
  const stretch = { hasKey: (key: number) => known.has(key), hasText: yes, hasTimes: yes, hasChunks: yes };
  const possible = needs.flatMap((need, i) => (need !== null && mayHold(need, stretch) ? [i] : []));
  return { hits, possible: new Set(possible) };
}

function yes(): boolean {
  return true;
}

function needsOf({ rules }: Ruleset): (Need | null)[] {
  const filters = rules.filter(({ kind }) => kind === 'filter');
  return rules.map((rule) => (rule.kind === 'detection' ? needOfRules([rule, ...filters]) : null));
}

const DETECTIONS = [
  ['{ EventID: 4624 }', 'condition: a'],
  ["{ EventID: ['4624', 4625] }", 'condition: a'],
  ['{ event.code: 4624, user.name: root }', 'condition: a'],
  ["{ user.name: ['straße', 'σοφος', 'sam'] }", 'condition: a'],
  ['{ process.name: sshd }', 'b: { user.name: root }\n  condition: a and not b'],
  ["{ source.ip: '203.0.113.7' }", 'b: { own: x }\n  condition: a or b'],
  ["{ host.name|cased: 'Web-01' }", 'condition: a'],
  ["{ user.name: 'ro*t' }", 'condition: a'],
  ["{ user.name: 'a\\*b' }", 'condition: a'],
  ['{ user.name: null }', 'condition: a'],
  ["{ user.name: '' }", 'condition: a'],
  ["{ user.name|contains: 'oo' }", 'condition: a'],
  ["{ user.name|all: ['root', 'ROOT'] }", 'condition: a'],
  ["{ destination.ip: '203.0.113.7' }", 'b: { user.name: sam }\n  condition: 1 of *'],
] as const;
const LOGSOURCES = [
  '{ product: linux }',
  '{ product: windows, service: security }',
  '{ category: authentication }',
];

const OWN_RULES = DETECTIONS.flatMap(([selection, rest], i) =>
  LOGSOURCES.map(
    (logsource, k) =>
      `title: r${i}-${k}\nlogsource: ${logsource}\ndetection:\n  a: ${selection}\n  ${rest}\n`,
  ),
);

const names = fc.constantFrom(
  'root',
  'ROOT',
  'sam',
  'ſam',
  'straße',
  'ΣΟΦΟΣ',
  'σοφος',
  'a*b',
  '',
  ' root',
  'rooot',
);
const codes = fc.constantFrom(4624, '4624', '04624', ' 4624 ', '+4624', '4624.0', 4625, '4,624', true);
const addresses = fc.constantFrom('203.0.113.7', '203.0.113.9', '2001:db8::7');
const anyOf = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(values, fc.array(values, { maxLength: 3 }), fc.constant(null));

const objects = fc.record(
  {
    EventID: anyOf(codes),
    'event.code': anyOf(codes),
    event: fc.record({ code: anyOf(codes) }, { requiredKeys: [] }),
    'user.name': anyOf(names),
    user: fc.oneof(fc.record({ name: anyOf(names) }), fc.array(fc.record({ name: names }), { maxLength: 2 })),
    process: fc.record({ name: anyOf(fc.constantFrom('sshd', 'SSHD', 'cron')) }),
    host: fc.record({ name: anyOf(fc.constantFrom('Web-01', 'web-01')) }),
    source: fc.record({ ip: anyOf(addresses) }),
    destination: fc.record({ ip: anyOf(addresses) }),
    own: fc.constantFrom('x', 'y'),
    Channel: fc.constant('Security'),
    Provider_Name: fc.constant('Microsoft-Windows-Security-Auditing'),
    Computer: fc.constant('web-01'),
  },
  { requiredKeys: [] },
);

const records = fc.oneof(
  objects.map((object) => JSON.stringify(object)),
  fc
    .tuple(names, addresses)
    .map(
      ([user, address]) =>
        `<38>Nov 20 10:00:00 Web-01 sshd[1]: Accepted password for ${user} from ${address} port 4711 ssh2`,
    ),
  fc
    .tuple(names, addresses)
    .map(([user, address]) => `CEF:0|v|p|1|4624|n|5|suser=${user} src=${address} EventID=4624`),
  fc.constantFrom('plain text', '<13>Nov 20 10:00:00 web-01 root: job'),
);

describe('what rules need of the log', () => {
  const loaded = loadRules([{ path: 'rules.yml', text: OWN_RULES.join('---\n') }]);
  const ruleset = compileRules(loaded.rules);
  const needs = needsOf(ruleset);

  it('is there wherever they match', () => {
    expect(loaded.faults).toEqual([]);
    expect(ruleset.rules).toHaveLength(OWN_RULES.length);
    let matches = 0;
    let ruledOut = 0;
    fc.assert(
      fc.property(records, (text) => {
        const { hits, possible } = judged(text, ruleset, needs);
        for (const hit of hits) expect(possible, `${ruleset.rules[hit]!.title}: ${text}`).toContain(hit);
        matches += hits.length;
        ruledOut += needs.length - possible.size;
      }),
      { numRuns: 3000 },
    );
    expect(matches).toBeGreaterThan(1000);
    expect(ruledOut).toBeGreaterThan(10_000);
  });
});

describeShared('what the rules of SigmaHQ need of the log', () => {
  it('is there wherever they match, and most other events lack it', { timeout: 300_000 }, () => {
    const folder = temporaryFolder();
    execFileSync('tar', ['-xf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    const loaded = loadRules(readRuleFiles([folder]).files);
    const ruleset = compileRules(loaded.rules);
    const needs = needsOf(ruleset);
    const cases = readJsonLines<{ event: JsonObject }>(sharedPath('corpus', 'sigma-regression.jsonl'));
    const lines = readJsonLines<{ raw: string }>(sharedPath('corpus', 'normalize.jsonl')).map(
      ({ raw }) => raw,
    );
    let matches = 0;
    let possibles = 0;
    const texts = [...cases.map(({ event }) => JSON.stringify(event)), ...lines];
    for (const text of texts) {
      const { hits, possible } = judged(text, ruleset, needs);
      for (const hit of hits) expect(possible.has(hit), `${ruleset.rules[hit]!.title}: ${text}`).toBe(true);
      matches += hits.length;
      possibles += possible.size;
    }
    expect(matches).toBeGreaterThan(200);
    expect(possibles / texts.length / needs.length).toBeLessThan(0.5);
    console.info(
      `SigmaHQ: of ${needs.length} rules ${Math.round(possibles / texts.length)} may match where ${Math.round((10 * matches) / texts.length) / 10} do.`,
    );
  });
});
