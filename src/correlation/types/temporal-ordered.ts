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
    const ordered = { ...setting, room, chains: new Chains(setting.steps) };
    return (saved) => new OrderedWindow(ordered, saved);
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
  readonly chains: Chains;
}

class OrderedWindow implements GroupWindow {
  end = 0;
  readonly #setting: OrderedSetting;
  readonly #kept: KeptHits;
  /** As `Chains` has them. */
  readonly #places: number[];

  constructor(setting: OrderedSetting, saved: SavedWindow | null) {
    this.#setting = setting;
    const [places, kept] = (saved ?? []) as readonly (readonly number[])[];
    this.#places = places === undefined ? setting.chains.none() : [...places];
    this.#kept = new KeptHits(setting.steps.length, kept);
  }

  place({ time, step, event }: WindowHit): number {
    const { timespanMs, allowedLatenessMs, steps, room, chains } = this.#setting;
    const late = this.#kept.add(time, step, event);
    this.#kept.limit(timespanMs + allowedLatenessMs, room);
    if (late) return this.#search(time);
    chains.extend(this.#places, time, step, event);
    if (chains.start(this.#places) < time - timespanMs) return Number.NaN;
    this.end = time;
    return steps.length;
  }

  progress(): Progress {
    const { timespanMs, chains } = this.#setting;
    const met = chains.metSince(this.#places, this.#kept.newest - timespanMs);
    return { observed: null, places: Array.from({ length: met }, (_, place) => place) };
  }

  clear(): void {
    this.#setting.chains.clear(this.#places);
    this.#kept.clear();
  }

  save(): SavedWindow {
    return [[...this.#places], this.#kept.save()];
  }

  /** Goes through the kept hits again, now with one in their midst. */
  #search(time: number): number {
    const { timespanMs, steps, chains } = this.#setting;
    const places = chains.none();
    let found = Number.NaN;
    this.#kept.forEach((end, step, event, isLastOfItsTime) => {
      chains.extend(places, end, step, event);
      if (end < time || end > time + timespanMs || !isLastOfItsTime) return;
      if (Number.isNaN(found) && chains.start(places) >= end - timespanMs) {
        found = steps.length;
        this.end = end;
      }
    });
    // A chain once seen stays, even where its hits are no longer kept.
    chains.improve(this.#places, places);
    return found;
  }
}
