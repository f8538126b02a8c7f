import { deserialize, serialize } from 'node:v8';
import { beforeAll, describe, expect, it } from 'vitest';
import { benignLines, intrusion } from '../src/api/demo/lines.js';
import { recordChunk } from '../src/cli/record-chunk.js';
import { readConfiguredRules } from '../src/config/rule-files.js';
import { configSchema } from '../src/config/schema.js';
import { type Core, createCore } from '../src/keep.js';
import type { AlertChange } from '../src/model/alert.js';
import { type Change, isIncident } from '../src/model/change.js';
import { createDetection, enrichmentBySource } from '../src/pipeline.js';
import { type BuiltRuleset, buildRuleset } from '../src/ruleset.js';

const NOW = Date.now();
/** The demo's intrusion among healthy lines, in order of time, and a backup that never ends. */
const LINES: readonly string[] = [
  '<13>Nov 20 10:00:00 web-01 backup[7]: backup started',
  ...benignLines(NOW).slice(0, 60),
  ...intrusion(NOW).flatMap((step) => step.lines),
].map((line) =>
  line.replace(
    'Nov 20 10:00:00',
    new Date(NOW)
      .toUTCString()
      .replace(
        /^\w+, (\d+) (\w+) \d+ ([\d:]+) GMT$/,
        (_, day, month, time) => `${month} ${String(Number(day)).padStart(2)} ${time}`,
      ),
  ),
);

const BACKUP = ['started', 'finished']
  .map(
    (word) =>
      `title: Backup ${word}\nname: backup_${word}\nlevel: informational\nlogsource: { product: linux }\ndetection: { s: { process.name: backup, message|contains: ${word} }, condition: s }\n---\n`,
  )
  .join('');
const SILENT = `${BACKUP}title: Backup Did Not Finish
level: high
correlation: { type: temporal_ordered, rules: [backup_started, backup_finished], group-by: [host.name], timespan: 1h }
vedette: { absent: backup_finished }
`;
const UNFINISHED = `${BACKUP}title: Backup Only Started
level: high
correlation:
  type: temporal
  rules: [backup_started, backup_finished]
  group-by: [host.name]
  timespan: 1m
  condition: backup_started and not backup_finished
`;
const UNRELATED = `title: Other
name: other
level: high
logsource: { product: linux }
detection: { s: { process.name: other }, condition: s }
---
title: Many Others
level: high
correlation: { type: event_count, rules: [other], group-by: [host.name], timespan: 1h, condition: { gte: 2 } }
`;

const CONFIG = configSchema.parse({});
let built: BuiltRuleset;

beforeAll(() => {
  built = build({ 'silent.yml': SILENT });
});

function build(texts: Readonly<Record<string, string>>): BuiltRuleset {
  const { files } = readConfiguredRules({ builtin: true, paths: [] });
  const own = Object.entries(texts).map(([path, text]) => ({ path, text }));
  const result = buildRuleset([...own, ...files]);
  expect(result.faults).toEqual([]);
  return result;
}

interface Run {
  readonly rules?: BuiltRuleset;
  /** Records of each chunk. */
  readonly chunks: readonly (readonly string[])[];
  /** Called before each chunk; what it returns goes on. */
  readonly before?: (core: Core, chunk: number) => Core;
}

/** Changes of the chunks, each received 100 ms after the one before, a tick after each, and of the silence after them. */
function changesOf({ rules = built, chunks, before }: Run): Change[] {
  const { ruleset, neededFields } = rules;
  const hints = new Map();
  const detect = createDetection({
    ruleset,
    neededFields,
    hints,
    enrichment: enrichmentBySource(CONFIG),
    withEvents: false,
  });
  let core = newCore(rules);
  const changes: Change[] = [];
  chunks.forEach((lines, i) => {
    if (before !== undefined) core = before(core, i);
    const records = lines.map((line) => Buffer.from(line));
    const { signals } = detect(recordChunk(records, i + 1, NOW, 'test'));
    changes.push(...core.apply(i + 1, signals, NOW), ...core.tick(NOW));
  });
  changes.push(...core.tick(NOW + 2 * 3600_000), ...core.tick(NOW + 3 * 3600_000));
  return changes;
}

function alertsOf(run: Run): AlertChange[] {
  return changesOf(run).filter((change) => !isIncident(change));
}

function newCore(rules: BuiltRuleset): Core {
  return createCore(CONFIG, rules, () => {});
}

function restarted(core: Core): Core {
  const saved = [...core.snapshot()].map((part) => deserialize(serialize(part)) as unknown);
  const next = newCore(built);
  next.restore(saved);
  return next;
}

const each = (lines: readonly string[]): string[][] => lines.map((line) => [line]);

/** Without what depends on the place in the log, and evidence: of alike records of a chunk the first stands for all. */
function content(changes: readonly AlertChange[]): unknown[] {
  return changes.map(({ evidence, alert: { id, ...alert }, ...change }) => ({ ...change, alert }));
}

describe('the same records give the same alerts', () => {
  it('with what only silence tells', () => {
    const opened = alertsOf({ chunks: each(LINES) }).filter(({ alert }) => alert.status === 'opened');
    const names = opened.map(({ rule }) => rule.name);
    expect(names).toContain('Intrusion: Scan, Guessing, Login, Root');
    expect(names.filter((name) => name === 'Backup Did Not Finish')).toHaveLength(1);
    expect(opened.at(-1)).toMatchObject({
      rule: { name: 'Backup Did Not Finish' },
      reason: 'backup_started not followed by backup_finished within 1h for host.name web-01',
    });
  });

  it('byte for byte after a restart at any record', { timeout: 300_000 }, () => {
    const expected = JSON.stringify(changesOf({ chunks: each(LINES) }));
    for (let at = 0; at < LINES.length; at++) {
      const before = (core: Core, chunk: number): Core => (chunk === at ? restarted(core) : core);
      expect(JSON.stringify(changesOf({ chunks: each(LINES), before })), `${at}`).toBe(expected);
    }
    const always = changesOf({ chunks: each(LINES), before: restarted });
    expect(JSON.stringify(always)).toBe(expected);
  });

  it('byte for byte after a restart from a snapshot that was written down while records went on', () => {
    const chunks = each(LINES);
    const expected = JSON.stringify(changesOf({ chunks }));
    for (let at = 0; at < LINES.length; at += 7) {
      const written: Uint8Array[] = [];
      let parts: Generator<unknown, void> | null = null;
      const write = (core: Core, chunk: number): Core => {
        if (chunk === at) parts = core.snapshot();
        const next = parts?.next();
        if (next !== undefined && !next.done) written.push(serialize(next.value));
        return core;
      };
      expect(JSON.stringify(changesOf({ chunks, before: write }))).toBe(expected);
      for (const part of parts!) written.push(serialize(part));
      const restore = (core: Core, chunk: number): Core => {
        if (chunk !== at) return core;
        const next = newCore(built);
        next.restore(written.map((part) => deserialize(part) as unknown));
        return next;
      };
      expect(JSON.stringify(changesOf({ chunks, before: restore })), `${at}`).toBe(expected);
    }
  });

  it('however the records are cut into chunks', () => {
    const expected = content(alertsOf({ chunks: each(LINES) }));
    for (const size of [2, 7, LINES.length]) {
      const chunks = [];
      for (let at = 0; at < LINES.length; at += size) chunks.push(LINES.slice(at, at + size));
      expect(content(alertsOf({ chunks })), `${size}`).toEqual(expected);
    }
  });

  it('byte for byte with unrelated records behind them in the chunk, and unrelated rules', () => {
    const expected = JSON.stringify(alertsOf({ chunks: each(LINES) }));
    const rules = build({ 'other.yml': UNRELATED, 'silent.yml': SILENT });
    const other = '<13>Nov 20 10:00:00 db-09 other[1]: something else';
    const chunks = LINES.map((line, i) => (i % 3 === 0 ? [line, other] : [line]));
    const changes = alertsOf({ rules, chunks });
    const related = changes.filter(({ rule }) => !rule.name.includes('Other'));
    expect(changes.length).toBeGreaterThan(related.length);
    expect(JSON.stringify(related)).toBe(expected);
  });
});

it('a rule that another hit of the same record ends is judged by the whole record', () => {
  const rules = build({ 'unfinished.yml': UNFINISHED });
  const backup = (host: string, text: string): string =>
    LINES[0]!.replace(/web-01.*/, `${host} backup[7]: ${text}`);
  const both = backup('db-01', 'backup started and finished');
  const one = backup('db-02', 'backup started');
  for (const chunks of [[[both, one]], each([both, one]), [[one, both]]]) {
    const opened = alertsOf({ rules, chunks }).filter(({ alert }) => alert.status === 'opened');
    expect(opened.map(({ rule, host }) => [rule.name, host?.name])).toEqual([
      ['Backup Only Started', 'db-02'],
    ]);
  }
});
