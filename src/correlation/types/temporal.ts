import type { CorrelationRule } from '../../model/rule.js';
import type {
  CorrelationKind,
  GroupWindow,
  Progress,
  SavedWindow,
  WindowHit,
  WindowSetting,
} from './correlation-kind.js';
import { compileExpression, negates } from './expression.js';
import { Occurrences } from './occurrences.js';
import { countFault, thresholdOf } from './threshold.js';

/** Several rules hit, in any order: all of them, as many as the condition says, or what its expression says. */
export const temporal: CorrelationKind = {
  type: 'temporal',
  fault: temporalFault,
  compile(rule, setting) {
    const holds = testOf(rule, setting.steps);
    return (saved) => new TemporalWindow(setting, holds, saved);
  },
  judgesWholeEvents({ condition }) {
    if (condition === null) return false;
    const { expression, bounds } = condition;
    return expression !== null ? negates(expression) : bounds.some(({ op }) => op !== 'gt' && op !== 'gte');
  },
};

/** `present[i]`: the rule at place `i` hit; `count`: how many different ones did. */
type Test = (present: readonly boolean[], count: number) => boolean;

function temporalFault(rule: CorrelationRule): string | null {
  const expression = rule.condition?.expression ?? null;
  if (expression === null) return rule.condition === null ? null : (countFault(rule) ?? rangeFault(rule));
  const compiled = compileExpression(expression, rule.rules);
  if (typeof compiled === 'string') return compiled;
  return compiled(rule.rules.map(() => false))
    ? 'The condition would be true of silence; name a rule that must hit, or write temporal_ordered with "vedette: {absent: …}" for what should have followed.'
    : null;
}

/** Each rule counts once, so that no count is above theirs. */
function rangeFault(rule: CorrelationRule): string | null {
  const { holds } = thresholdOf(rule, 1);
  const most = new Set(rule.rules).size;
  for (let count = 1; count <= most; count++) if (holds(count)) return null;
  return `temporal counts which of its rules hit, and ${most} ${most === 1 ? 'is' : 'are'} named, so that the condition is never met; name more rules, ask for fewer, or use event_count to count hits.`;
}

function testOf(rule: CorrelationRule, steps: readonly number[]): Test {
  const expression = rule.condition?.expression ?? null;
  const compiled = expression === null ? null : compileExpression(expression, rule.rules);
  if (typeof compiled === 'function')
    return (present) => compiled(steps.map((step) => present[step] === true));
  const { holds } = thresholdOf(rule, new Set(steps).size);
  return (_present, count) => holds(count);
}

class TemporalWindow implements GroupWindow {
  end = 0;
  readonly #timespan: number;
  readonly #retention: number;
  readonly #holds: Test;
  readonly #seen: (Occurrences | null)[];
  readonly #present: boolean[];
  #newest = Number.NEGATIVE_INFINITY;

  constructor(setting: WindowSetting, holds: Test, saved: SavedWindow | null) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#holds = holds;
    this.#present = setting.steps.map(() => false);
    this.#seen = setting.steps.map((_, step) => {
      const times = (saved?.[1] as readonly (readonly number[])[] | undefined)?.[step];
      return times === undefined || times.length === 0 ? null : new Occurrences(...times);
    });
    if (saved !== null) this.#newest = saved[0] as number;
  }

  place({ time, step }: WindowHit): number {
    const seen = this.#seen[step];
    if (seen) seen.add(time, this.#timespan);
    else this.#seen[step] = new Occurrences(time);
    if (time < this.#newest) return this.#search(time);
    this.#newest = time;
    for (const seen of this.#seen) seen?.forget(time - this.#retention);
    return this.#test(time);
  }

  progress(): Progress {
    const oldest = this.#newest - this.#timespan;
    const places = this.#seen.flatMap((seen, step) => (seen?.anyWithin(oldest, this.#newest) ? [step] : []));
    return { observed: null, places };
  }

  clear(): void {
    this.#seen.fill(null);
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  save(): SavedWindow {
    return [this.#newest, this.#seen.map((seen) => [...(seen?.times ?? [])])];
  }

  /** The first window that holds the hit and meets the condition. */
  #search(time: number): number {
    const ends = new Set([time]);
    for (const seen of this.#seen) {
      for (const end of seen?.times ?? []) if (end > time && end <= time + this.#timespan) ends.add(end);
    }
    for (const end of [...ends].sort((a, b) => a - b)) {
      const count = this.#test(end);
      if (!Number.isNaN(count)) return count;
    }
    return Number.NaN;
  }

  #test(end: number): number {
    let count = 0;
    for (let step = 0; step < this.#seen.length; step++) {
      const present = this.#seen[step]?.anyWithin(end - this.#timespan, end) ?? false;
      this.#present[step] = present;
      if (present) count++;
    }
    if (!this.#holds(this.#present, count)) return Number.NaN;
    this.end = end;
    return count;
  }
}
