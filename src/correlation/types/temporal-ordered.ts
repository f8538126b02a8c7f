import type { CorrelationRule } from '../../model/rule.js';
import { Absence, absenceFault } from './absence.js';
import { Chains } from './chains.js';
import type {
  CorrelationKind,
  GroupWindow,
  Progress,
  SavedWindow,
  WindowHit,
  WindowSetting,
} from './correlation-kind.js';
import { KEPT_PER_STEP, KeptHits } from './kept-hits.js';

/** Rules hit in the order in which they are listed, each by an event of its own; others in between do not matter. */
export const temporalOrdered: CorrelationKind = {
  type: 'temporal_ordered',
  fault: orderedFault,
  compile(_rule, setting) {
    // So many are kept before the list is thinned: then thinning costs a hit next to nothing.
    const room = 1.5 * KEPT_PER_STEP * new Set(setting.steps).size;
    return (saved) => new OrderedWindow({ ...setting, room }, saved);
  },
  watch(rule, setting) {
    if (rule.absent === undefined) return null;
    return (saved) => new Absence(setting, saved);
  },
};

function orderedFault(rule: CorrelationRule): string | null {
  if (rule.absent !== undefined) return absenceFault(rule);
  if (rule.condition === null) return null;
  const { expression, bounds } = rule.condition;
  if (expression !== null) {
    const inOrder = rule.rules.join(' and ');
    if (expression.trim().split(/\s+/).join(' ') === inOrder) return null;
    return `The rules of temporal_ordered must all hit in order; the only condition it can have is "${inOrder}".`;
  }
  const all = bounds.every(({ op, value }) => op === 'gte' && value === rule.rules.length);
  return all ? null : 'The rules of temporal_ordered must all hit; leave the condition out.';
}

interface OrderedSetting extends WindowSetting {
  readonly room: number;
}

class OrderedWindow implements GroupWindow {
  end = 0;
  readonly #setting: OrderedSetting;
  readonly #chains: Chains;
  readonly #kept: KeptHits;

  constructor(setting: OrderedSetting, saved: SavedWindow | null) {
    this.#setting = setting;
    const [chains, kept] = (saved ?? []) as readonly (readonly number[])[];
    this.#chains = new Chains(setting.steps, chains);
    this.#kept = new KeptHits(setting.steps.length, kept);
  }

  place({ time, step, event }: WindowHit): number {
    const { timespanMs, allowedLatenessMs, steps, room } = this.#setting;
    const late = this.#kept.add(time, step, event);
    this.#kept.limit(timespanMs + allowedLatenessMs, room);
    if (late) return this.#search(time);
    this.#chains.extend(time, step, event);
    this.end = time;
    return this.#chains.start >= time - timespanMs ? steps.length : Number.NaN;
  }

  progress(): Progress {
    const met = this.#chains.metSince(this.#kept.newest - this.#setting.timespanMs);
    return { observed: null, places: Array.from({ length: met }, (_, place) => place) };
  }

  clear(): void {
    this.#chains.clear();
    this.#kept.clear();
  }

  save(): SavedWindow {
    return [this.#chains.save(), this.#kept.save()];
  }

  /** Goes through the kept hits again, now with one in their midst. */
  #search(time: number): number {
    const { timespanMs, steps } = this.#setting;
    const chains = new Chains(steps);
    let found = Number.NaN;
    this.#kept.forEach((end, step, event, isLastOfItsTime) => {
      chains.extend(end, step, event);
      if (end < time || end > time + timespanMs || !isLastOfItsTime) return;
      if (Number.isNaN(found) && chains.start >= end - timespanMs) {
        found = steps.length;
        this.end = end;
      }
    });
    // A chain once seen stays, even where its hits are no longer kept.
    this.#chains.improve(chains);
    return found;
  }
}
