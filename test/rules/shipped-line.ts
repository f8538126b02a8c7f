import { join } from 'node:path';
import { readRuleFiles } from '../../src/config/rule-files.js';
import { type Core, createCore } from '../../src/keep.js';
import type { AlertChange } from '../../src/model/alert.js';
import type { RawChunk } from '../../src/model/raw-chunk.js';
import type { Level, Rule } from '../../src/model/rule.js';
import { createDetection, extractorsBySource } from '../../src/pipeline.js';
import { buildRuleset } from '../../src/ruleset.js';
import { chunkOf } from '../helpers/chunks.js';

/** When the samples' time begins: Friday 2026-11-20 10:00 UTC. */
export const START = Date.UTC(2026, 10, 20, 10);

const ROOT = join(import.meta.dirname, '../..');

const files = readRuleFiles([join(ROOT, 'rules')]).files.map(({ path, text }) => ({
  path: path.slice(ROOT.length + 1),
  text,
}));

/** The shipped rules as the daemon builds them. */
export const built = buildRuleset(files);
export const shippedRules: readonly Rule[] = built.ruleset.rules;
/** Paths such as `rules/sigma/linux/lnx_sshd_login.yml`. */
export const ruleFiles: readonly string[] = files.map(({ path }) => path);

const detect = createDetection({
  ruleset: built.ruleset,
  neededFields: built.neededFields,
  hints: new Map(),
  extractors: extractorsBySource([]),
  withEvents: false,
});

/** Titles of the detection rules that a line matches. */
export function titlesOf(line: string): string[] {
  const hits = detect(chunkAt(1, [line], START)).signals.filter((signal) => signal.kind === 'rule');
  return hits.map((hit) => shippedRules[hit.rule]!.title);
}

/** A record of a timeline and when it is received, ms. */
export interface TimedLine {
  readonly at: number;
  readonly line: string;
}

export interface TimelineOptions {
  readonly minSeverity?: Level;
}

/** Alert changes that the lines make, each line in a chunk of its own, with the default configuration. */
export function alertChanges(lines: readonly TimedLine[], options: TimelineOptions = {}): AlertChange[] {
  const core = newCore(options.minSeverity ?? 'low');
  return lines.flatMap(({ at, line }, i) => [
    ...core.tick(at),
    ...core.apply(i + 1, detect(chunkAt(i + 1, [line], at)).signals, at),
  ]);
}

/** Titles of the alerts that were opened, in order. */
export function openedAlerts(lines: readonly TimedLine[], options: TimelineOptions = {}): string[] {
  return alertChanges(lines, options)
    .filter((change) => change.alert.status === 'opened')
    .map((change) => change.rule.name);
}

function chunkAt(seq: number, lines: readonly string[], receivedAt: number): RawChunk {
  return chunkOf(seq, lines, { receivedAt, clock: receivedAt });
}

const MINUTE = 60_000;

function newCore(minSeverity: Level): Core {
  return createCore(
    {
      alerts: {
        min_severity: minSeverity,
        dedup_window: 5 * MINUTE,
        repeat_interval: 240 * MINUTE,
        max_open: 100_000,
      },
      correlation: { allowed_lateness: 30_000, max_groups: 1_000_000 },
    },
    built,
    () => {},
  );
}
