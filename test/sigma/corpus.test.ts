import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRuleFiles } from '../../src/config/rule-files.js';
import { Event } from '../../src/model/event.js';
import type { JsonObject } from '../../src/model/json.js';
import { closedLogsource, type Logsource } from '../../src/model/logsource.js';
import type { RuleFault, Selection } from '../../src/model/rule.js';
import type { SourceHints } from '../../src/model/source-hints.js';
import { normalize } from '../../src/normalizers/normalize.js';
import { parseRecord } from '../../src/parsers/parse-record.js';
import { readRecord } from '../../src/pipeline.js';
import { compileIndexed, compileRules } from '../../src/sigma/compile.js';
import { EventFieldView, type EventView, JsonFieldView } from '../../src/sigma/event-view.js';
import { type LoadedRules, loadRules } from '../../src/sigma/load.js';
import type { Ruleset } from '../../src/sigma/ruleset.js';
import { otel } from '../helpers/event-shapes.js';
import { fromFlat } from '../helpers/evtx-events.js';
import { linesOfEvtx } from '../helpers/evtx-lines.js';
import { evtxFile } from '../helpers/evtx-writer.js';
import { reopened } from '../helpers/reopened.js';
import { describeShared, readJsonLines, sharedPath } from '../helpers/shared.js';

interface RegressionCase {
  readonly rule_id: string;
  readonly rule_path: string;
  readonly event: JsonObject;
  readonly more_events?: readonly JsonObject[];
}

type Lane = (
  count: number,
  options: { seed: number; suspicious: number },
) => { line: string; logsource: Parameters<typeof closedLogsource>[0] | null }[];
type Lanes = Readonly<Record<'JSON_LANES' | 'LINE_LANES', Readonly<Record<string, Lane>>>>;

const LANES = join(import.meta.dirname, '../../bench/lib/lanes.mjs');
/** Without routing, trying every rule takes milliseconds an event: each eighth goes that way. */
const EVENTS_PER_LANE = 200;
const RECEIVED_AT = Date.UTC(2026, 10, 20, 13);
const HINTS: SourceHints = { format: 'auto', timezone: 'UTC', logsource: null };

describeShared('the SigmaHQ rules', () => {
  let folder: string;
  let loaded: LoadedRules;
  let ruleset: Ruleset;
  let faults: readonly RuleFault[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sigmahq-'));
    execFileSync('tar', ['-xf', sharedPath('corpus', 'sigmahq-rules.tar.xz'), '-C', folder]);
    const { files, faults: unread } = readRuleFiles([folder]);
    expect(unread).toEqual([]);
    loaded = loadRules(files.map(({ path, text }) => ({ path: relative(folder, path), text })));
    const compiled = compileIndexed(loaded.rules, {});
    faults = compiled.faults;
    ruleset = reopened(compiled);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('all load', () => {
    console.info(`SigmaHQ: ${loaded.rules.length}/3780 rules load`);
    expect(loaded.faults).toEqual([]);
    expect(loaded.rules).toHaveLength(3780);
  });

  it('all match but those whose placeholders nobody has defined', () => {
    for (const { place, message } of faults) console.info(`${place.file}:${place.line}: ${message}`);
    expect(faults.filter(({ code }) => code !== 'rule.placeholder')).toEqual([]);
    expect(faults).toHaveLength(25);
  });

  it('fire on the events that they were written for', () => {
    const rows = readJsonLines<RegressionCase>(sharedPath('corpus', 'sigma-regression.jsonl'));
    const silent = rows.filter(({ rule_id, event, more_events = [] }) => {
      const hits: number[] = [];
      for (const each of [event, ...more_events]) ruleset.match(new JsonFieldView(each), null, hits);
      return !hits.some((index) => ruleset.rules[index]?.id === rule_id);
    });
    console.info(`sigma-regression.jsonl: ${rows.length - silent.length}/${rows.length}`);
    expect(silent.map(({ rule_path }) => rule_path)).toEqual([]);
  });

  it.each([
    ['out of a Windows event log', (events: JsonObject[]) => linesOfEvtx(evtxFile(events.map(fromFlat), 10))],
    ['from OpenTelemetry', (events: JsonObject[]) => events.map((each) => JSON.stringify(otel(each, false)))],
    [
      'from its older version',
      (events: JsonObject[]) => events.map((each) => JSON.stringify(otel(each, true))),
    ],
    ['in an envelope of HEC', (events: JsonObject[]) => events.map(inHec)],
  ])('fire on them %s', async (_, write) => {
    const rows = readJsonLines<RegressionCase>(sharedPath('corpus', 'sigma-regression.jsonl')).filter(
      ({ event }) => event.Channel !== undefined,
    );
    const events = rows.flatMap(({ event, more_events = [] }) => [event, ...more_events]);
    const lines = await write(events);
    expect(lines).toHaveLength(events.length);
    const { event, view } = readRecord('', RECEIVED_AT);
    const fired = lines.map((line) => {
      event.reset(line);
      event.receivedAt = RECEIVED_AT;
      parseRecord(line, event.record, HINTS, RECEIVED_AT);
      normalize(event);
      view.reset();
      const hits: number[] = [];
      ruleset.match(view, event.logsource, hits);
      return hits.map((index) => ruleset.rules[index]!.id);
    });
    let at = 0;
    const silent = rows.filter(({ rule_id, more_events = [] }) => {
      const own = fired.slice(at, at + 1 + more_events.length);
      at += own.length;
      return !own.flat().includes(rule_id);
    });
    expect(rows).toHaveLength(202);
    expect(silent.map(({ rule_path }) => rule_path)).toEqual([]);
  });

  it('match the same events when each of them is tried', () => {
    const everyRule = compileRules(loaded.rules, { index: false });
    const rows = readJsonLines<RegressionCase>(sharedPath('corpus', 'sigma-regression.jsonl'));
    // Every rule on every event is slow; a quarter of them has every category in it.
    for (const { event } of rows.filter((_, i) => i % 4 === 0)) {
      const [indexed, naive]: [number[], number[]] = [[], []];
      ruleset.match(new JsonFieldView(event), null, indexed);
      everyRule.match(new JsonFieldView(event), null, naive);
      expect(indexed).toEqual(naive);
    }
  });

  it('match the same events of all lanes when each of them is tried, on their route and without', async () => {
    const everyRule = compileRules(loaded.rules, { index: false });
    const { JSON_LANES, LINE_LANES } = (await import(LANES)) as Lanes;
    let [events, matched] = [0, 0];
    const compare = (line: string, view: EventView, logsource: Logsource): void => {
      for (const route of events++ % 8 === 0 ? [logsource, null] : [logsource]) {
        const [indexed, naive]: [number[], number[]] = [[], []];
        ruleset.match(view, route, indexed);
        everyRule.match(view, route, naive);
        if (indexed.join() !== naive.join()) expect({ line, hits: indexed }).toEqual({ line, hits: naive });
        if (route !== null) matched += indexed.length;
      }
    };
    for (const lane of Object.values(JSON_LANES)) {
      for (const { line, logsource } of lane(EVENTS_PER_LANE, { seed: 7, suspicious: 0.4 }))
        compare(line, new JsonFieldView(JSON.parse(line)), closedLogsource(logsource!));
    }
    const event = new Event();
    const view = new EventFieldView(event);
    for (const lane of Object.values({ ...LINE_LANES, ...JSON_LANES })) {
      for (const { line } of lane(EVENTS_PER_LANE / 2, { seed: 8, suspicious: 0.4 })) {
        event.reset(line);
        event.receivedAt = RECEIVED_AT;
        parseRecord(line, event.record, HINTS, RECEIVED_AT);
        normalize(event);
        view.reset();
        compare(line, view, event.logsource);
      }
    }
    // That nothing matches would be the same as well.
    expect(matched).toBeGreaterThan(EVENTS_PER_LANE);
  });

  it('explain each of those matches with the values that matched', () => {
    const rows = readJsonLines<RegressionCase>(sharedPath('corpus', 'sigma-regression.jsonl'));
    for (const { rule_id, event } of rows) {
      const view = new JsonFieldView(event);
      const hits: number[] = [];
      ruleset.match(view, null, hits);
      const hit = hits.find((index) => ruleset.rules[index]?.id === rule_id);
      if (hit === undefined) continue;
      const matches = ruleset.explain(hit, view);
      expect(matches.length, rule_id).toBeGreaterThan(0);
      expect(matches.length, rule_id).toBeLessThanOrEqual(16);
      for (const { pattern, value } of matches)
        expect(Math.max(pattern.length, value.length)).toBeLessThanOrEqual(200);
    }
  });

  it('takes no longer than the length of a field allows, whatever its expressions and wildcards', () => {
    const ruleset = compileRules(loaded.rules);
    const texts = loaded.rules.flatMap((rule) =>
      rule.kind === 'detection' ? [...rule.selections.values()].flatMap(hostileTexts) : [],
    );
    expect(texts.length).toBeGreaterThan(1000);
    const hits: number[] = [];
    const slow = texts.flatMap(({ field, text }) => {
      const match = (): number => {
        const before = process.cpuUsage();
        ruleset.match(new JsonFieldView({ [field]: text }), null, hits);
        return process.cpuUsage(before).user / 1000;
      };
      // The first time a field is met, its tables are built; where V8 backtracks, it is seconds every time.
      return Math.min(match(), match()) > MOST_MS ? [`${field}: ${text.slice(0, 60)}`] : [];
    });
    expect(slow).toEqual([]);
  }, 300_000);
});

/** A measured 64 KiB takes some milliseconds; the rest is for machines that do other things, too. */
const MOST_MS = 250;

/** Every other one as text. */
function inHec(event: JsonObject, at: number): string {
  const text = JSON.stringify(event);
  return JSON.stringify({ time: 1795082400, source: 'x', event: at % 2 === 0 ? text : event });
}

/** Fields full of what the item's expressions and wildcards nearly find. */
function hostileTexts(selection: Selection): { field: string; text: string }[] {
  if (selection.kind !== 'all') return selection.of.flatMap(hostileTexts);
  return selection.items.flatMap(({ field, modifiers, values }) => {
    const patterns = values.filter(
      (value): value is string =>
        typeof value === 'string' && (modifiers.includes('re') || /[*?]/.test(value)),
    );
    return patterns.flatMap((pattern) => {
      const words = pattern.split(/[^A-Za-z0-9 &:.-]+/).filter((word) => word.length > 1);
      return [words.join(' '), words.slice(0, -1).join(''), `${words[0] ?? 'a'} && `]
        .filter((seed) => seed !== '')
        .map((seed) => ({ field: field ?? 'message', text: seed.repeat(65_536 / seed.length) }));
    });
  });
}
