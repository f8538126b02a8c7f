import { tupleKey } from '../model/group-key.js';
import type { CorrelationRule, Rule } from '../model/rule.js';
import type { CorrelationCounts, CorrelationTotals } from './correlation-counts.js';
import { trailSize } from './evidence-trail.js';
import type { GroupShelf, GroupTable } from './group-table.js';
import type { Firing, Hit } from './hit.js';
import { type FieldReader, fieldReader } from './hit-fields.js';
import type { ResolvedCorrelation } from './references.js';
import type { GroupWindow, SavedWindow, SilentWindow } from './types/correlation-kind.js';
import { CORRELATION_KINDS } from './types/registry.js';
import { WatchQueue } from './watch-queue.js';

/** A correlation, ready to run. */
export interface Plan {
  readonly index: number;
  readonly rule: CorrelationRule;
  readonly depth: number;
  /** Which of the group-by fields says whom a firing is about, instead of the hit that completed it; -1 = none. */
  readonly about: number;
  /** What people call the rules that it names, in the order of `rule.rules`: an id says nothing to them. */
  readonly called: readonly string[];
  readonly resets: boolean;
  /** One event counts once, however many of the rules it matches; distinct values count by themselves. */
  readonly countsEvents: boolean;
  /** Judged at the end of an event, not hit by hit. */
  readonly judgesWholeEvents: boolean;
  readonly openWindow: (saved: SavedWindow | null) => GroupWindow | SilentWindow;
  readonly shelf: GroupShelf;
  /** Takes the first hit of each group, to see whether it alone fires. */
  readonly trial: GroupWindow;
  readonly trailSize: number;
  /** Somebody is told of its firings, so that its groups keep evidence. */
  readonly isTold: boolean;
  readonly totals: CorrelationTotals;
}

/** A rule's part in a correlation that names it. */
export interface Feed {
  readonly plan: Plan;
  readonly step: number;
  readonly groupBy: readonly FieldReader[];
  readonly values: readonly FieldReader[];
}

/**
 * How far an event time may lie after receipt, which for a whole chunk is that of its first byte. A clock that is fast by
 * more must not make the events of others late, or push them out of windows that they share.
 */
export const MAX_AHEAD_MS = 1000;

/** As the correlator's. */
export interface PlanOptions {
  readonly allowedLatenessMs: number;
  readonly policy?: 'each' | 'reset';
  readonly isTold?: (rule: number) => boolean;
}

/** Makes a correlation ready to run, with a shelf in the table. */
export function planOf(
  { index, rule, references, depth }: ResolvedCorrelation,
  rules: readonly Rule[],
  { allowedLatenessMs, policy, isTold }: PlanOptions,
  table: GroupTable,
  counts: CorrelationCounts,
): Plan {
  const kind = CORRELATION_KINDS.get(rule.type)!;
  const setting = { timespanMs: rule.timespanMs, allowedLatenessMs, steps: stepsOf(references) };
  const openWindow = kind.compile(rule, setting);
  const openSilent = kind.watch?.(rule, setting) ?? null;
  const waitMs = rule.timespanMs + allowedLatenessMs;
  return {
    index,
    rule,
    depth,
    about: aboutOf(rule),
    called: references.map((reference) => rules[reference]!.name ?? rules[reference]!.title),
    // Which hits may fire at all is not a matter of when they fire again.
    resets: rule.refire !== 'new' && (policy ?? rule.refire) === 'reset',
    countsEvents: !rule.type.startsWith('temporal') && rule.type !== 'value_count',
    judgesWholeEvents: kind.judgesWholeEvents?.(rule) ?? false,
    openWindow: openSilent ?? openWindow,
    trial: openWindow(null),
    trailSize: trailSize(references.length),
    isTold: isTold?.(index) ?? true,
    totals: counts.of(rule.id),
    shelf: table.addShelf({
      rule: index,
      groupBy: rule.groupBy,
      steps: references.length,
      lifetimeMs: waitMs + MAX_AHEAD_MS,
      queue: openSilent === null ? null : new WatchQueue(waitMs),
    }),
  };
}

/** What the rules that a correlation names feed into it, with the index of each. */
export function* feedsOf(
  plan: Plan,
  { rule, references }: ResolvedCorrelation,
  rules: readonly Rule[],
  neededFields: readonly (readonly string[])[],
): Generator<readonly [reference: number, feed: Feed]> {
  for (const step of new Set(stepsOf(references))) {
    const reference = references[step]!;
    const reader = (field: string): FieldReader =>
      fieldReader(rule, field, rule.rules[step]!, rules[reference]!, reference, neededFields);
    const groupBy = rule.groupBy.map(reader);
    const values = (rule.condition?.fields ?? []).map(reader);
    yield [reference, { plan, step, groupBy, values }];
  }
}

/** An alias that stands for the source in some rule is whoever did it, also where the last hit names that address otherwise. */
function aboutOf({ groupBy, aliases }: CorrelationRule): number {
  return groupBy.findIndex((field) => [...(aliases.get(field)?.values() ?? [])].includes('source.ip'));
}

/** A rule that is named twice is one step. */
function stepsOf(references: readonly number[]): number[] {
  return references.map((reference) => references.indexOf(reference));
}

/** One text for the values; null when one is absent, '' for none. */
export function readTuple(readers: readonly FieldReader[], hit: Hit, firing: Firing | null): string | null {
  if (readers.length === 0) return '';
  if (readers.length === 1) return readers[0]!(hit, firing);
  const values: string[] = [];
  for (const read of readers) {
    const value = read(hit, firing);
    if (value === null) return null;
    values.push(value);
  }
  return tupleKey(values);
}
