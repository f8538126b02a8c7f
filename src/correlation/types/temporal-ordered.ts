import type { CorrelationRule } from '../../model/rule.js';
import type {
  CorrelationKind,
  GroupWindow,
  SavedWindow,
  WindowHit,
  WindowSetting,
} from './correlation-kind.js';

/** Rules hit in the order in which they are listed, each by an event of its own; others in between do not matter. */
export const temporalOrdered: CorrelationKind = {
  type: 'temporal_ordered',
  fault: orderedFault,
  compile(_rule, setting) {
    return (saved) => new OrderedWindow(setting, saved);
  },
};

function orderedFault(rule: CorrelationRule): string | null {
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

/** Hits kept of each rule at least, for those that come out of order. */
const KEPT_PER_STEP = 32;

/** A hit that is kept: [time, step, seq, index]. */
type Kept = readonly [time: number, step: number, seq: number, index: number];

class OrderedWindow implements GroupWindow {
  end = 0;
  readonly #timespan: number;
  readonly #retention: number;
  readonly #steps: readonly number[];
  /** So many are kept before the list is thinned: then thinning costs a hit next to nothing. */
  readonly #room: number;
  #chains: Chains;
  /** By time, then arrival. */
  #kept: Kept[] = [];

  constructor(setting: WindowSetting, saved: SavedWindow | null) {
    this.#timespan = setting.timespanMs;
    this.#retention = setting.timespanMs + setting.allowedLatenessMs;
    this.#steps = setting.steps;
    this.#room = 1.5 * KEPT_PER_STEP * new Set(setting.steps).size;
    this.#chains = new Chains(setting.steps);
    if (saved !== null) {
      const [chains, kept] = saved as readonly [ChainState, readonly Kept[]];
      this.#chains = new Chains(setting.steps, chains);
      this.#kept = [...kept];
    }
  }

  place({ time, step, seq, index }: WindowHit): number {
    const hit: Kept = [time, step, seq, index];
    const late = this.#keep(hit);
    if (late) return this.#search(time);
    this.#chains.extend(hit);
    this.end = time;
    return this.#chains.start >= time - this.#timespan ? this.#steps.length : Number.NaN;
  }

  clear(): void {
    this.#chains = new Chains(this.#steps);
    this.#kept = [];
  }

  save(): SavedWindow {
    return [this.#chains.save(), [...this.#kept]];
  }

  /** True when the hit is older than one before it. */
  #keep(hit: Kept): boolean {
    const kept = this.#kept;
    let at = kept.length;
    while (at > 0 && kept[at - 1]![0] > hit[0]) at--;
    const late = at < kept.length;
    if (late) kept.splice(at, 0, hit);
    else kept.push(hit);
    const oldest = kept[kept.length - 1]![0] - this.#retention;
    if (kept[0]![0] < oldest) this.#kept = kept.filter(([time]) => time >= oldest);
    else if (kept.length >= this.#room) this.#thin();
    return late;
  }

  /** Of a rule that hits often its oldest, which may be what begins a chain, and its newest stay. */
  #thin(): void {
    const left = new Map<number, number>();
    for (const [, step] of this.#kept) left.set(step, (left.get(step) ?? 0) + 1);
    const begun = new Set<number>();
    this.#kept = this.#kept.filter(([, step]) => {
      const rest = left.get(step)!;
      left.set(step, rest - 1);
      const isOldest = !begun.has(step);
      begun.add(step);
      return isOldest || rest < KEPT_PER_STEP;
    });
  }

  /** Goes through the kept hits again, now with one in their midst. */
  #search(time: number): number {
    const chains = new Chains(this.#steps);
    let found = Number.NaN;
    for (const [i, hit] of this.#kept.entries()) {
      chains.extend(hit);
      const end = hit[0];
      if (end < time || end > time + this.#timespan || this.#kept[i + 1]?.[0] === end) continue;
      if (Number.isNaN(found) && chains.start >= end - this.#timespan) {
        found = this.#steps.length;
        this.end = end;
      }
    }
    // A chain once seen stays, even where its hits are no longer kept.
    this.#chains.improve(chains);
    return found;
  }
}

interface ChainState {
  readonly starts: readonly number[];
  readonly befores: readonly number[];
  readonly seqs: readonly number[];
  readonly indexes: readonly number[];
}

/**
 * For every place in the list the latest start of an ordered chain that ends there: the later it starts, the longer
 * it fits the window, so no other chain need be remembered.
 */
class Chains {
  readonly #steps: readonly number[];
  readonly starts: number[];
  /** `starts` as they were before the event that changed them last: an event does not follow itself. */
  readonly befores: number[];
  readonly seqs: number[];
  readonly indexes: number[];

  constructor(steps: readonly number[], saved?: ChainState) {
    this.#steps = steps;
    this.starts = [...(saved?.starts ?? steps.map(() => Number.NEGATIVE_INFINITY))];
    this.befores = [...(saved?.befores ?? steps.map(() => Number.NEGATIVE_INFINITY))];
    this.seqs = [...(saved?.seqs ?? steps.map(() => -1))];
    this.indexes = [...(saved?.indexes ?? steps.map(() => -1))];
  }

  /** Start of the latest whole chain. */
  get start(): number {
    return this.starts[this.starts.length - 1]!;
  }

  extend([time, step, seq, index]: Kept): void {
    for (let place = this.#steps.length - 1; place >= 0; place--) {
      if (this.#steps[place] !== step) continue;
      const start = place === 0 ? time : this.#startBefore(place - 1, seq, index);
      if (start <= this.starts[place]!) continue;
      if (this.seqs[place] !== seq || this.indexes[place] !== index)
        this.befores[place] = this.starts[place]!;
      this.starts[place] = start;
      this.seqs[place] = seq;
      this.indexes[place] = index;
    }
  }

  save(): ChainState {
    return {
      starts: [...this.starts],
      befores: [...this.befores],
      seqs: [...this.seqs],
      indexes: [...this.indexes],
    };
  }

  improve(other: Chains): void {
    for (let place = 0; place < this.starts.length; place++) {
      if (other.starts[place]! <= this.starts[place]!) continue;
      this.starts[place] = other.starts[place]!;
      this.befores[place] = other.befores[place]!;
      this.seqs[place] = other.seqs[place]!;
      this.indexes[place] = other.indexes[place]!;
    }
  }

  #startBefore(place: number, seq: number, index: number): number {
    const same = this.seqs[place] === seq && this.indexes[place] === index;
    return same ? this.befores[place]! : this.starts[place]!;
  }
}
