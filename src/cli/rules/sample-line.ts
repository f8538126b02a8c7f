import type { Config } from '../../config/schema.js';
import { createCore } from '../../keep.js';
import type { AlertChange } from '../../model/alert.js';
import { isIncident } from '../../model/change.js';
import type { SourceHints } from '../../model/source-hints.js';
import { createDetection, enrichmentBySource } from '../../pipeline.js';
import type { BuiltRuleset } from '../../ruleset.js';
import { recordChunk } from '../record-chunk.js';

/** A record of a timeline and when it is received, ms. */
export interface TimedLine {
  readonly at: number;
  readonly line: string;
}

/** The whole line, from records to alerts, for samples of rules. */
export interface SampleLine {
  /** Indexes of the detection rules that a line matches, received at that time, ms. */
  hitsOf(line: string, at: number): number[];
  /**
   * Alert changes that the lines make, each line in a chunk of its own, and then the silence after them. Nothing is left
   * for the next call.
   */
  alertChanges(lines: readonly TimedLine[]): AlertChange[];
}

const SOURCE = 'samples';

export function createSampleLine(
  built: BuiltRuleset,
  config: Pick<Config, 'alerts' | 'correlation' | 'incidents' | 'extractors' | 'business_hours'>,
  hints: SourceHints | null = null,
): SampleLine {
  const detect = createDetection({
    ruleset: built.ruleset,
    neededFields: built.neededFields,
    hints: new Map(hints === null ? [] : [[SOURCE, hints]]),
    enrichment: enrichmentBySource(config),
    withEvents: false,
  });
  const detected = (seq: number, line: string, at: number) =>
    detect(recordChunk([Buffer.from(line)], seq, at, SOURCE));
  return {
    hitsOf(line, at) {
      const signals = detected(1, line, at).signals.filter((signal) => signal.kind === 'rule');
      return signals.map(({ rule }) => rule);
    },
    alertChanges(lines) {
      const core = createCore(config, built, () => {});
      const changes = lines.flatMap(({ at, line }, i) => [
        ...core.tick(at),
        ...core.apply(i + 1, detected(i + 1, line, at).signals, at),
      ]);
      for (let { dueAt } = core; dueAt < Number.POSITIVE_INFINITY; { dueAt } = core)
        changes.push(...core.tick(dueAt + 1));
      return changes.filter((change) => !isIncident(change));
    },
  };
}

/** Titles of the alerts that were opened, in order. */
export function openedTitles(changes: readonly AlertChange[]): string[] {
  return changes.filter(({ alert }) => alert.status === 'opened').map(({ rule }) => rule.name);
}
