import type { Rule } from '../model/rule.js';
import type { CorrelationTotals } from './correlation-counts.js';
import type { Group } from './group.js';
import type { GroupTable } from './group-table.js';
import type { Firing, Hit } from './hit.js';
import type { SilentWindow, WindowHit } from './types/correlation-kind.js';
import { Watch, type WatchQueue } from './watch-queue.js';

export interface SilenceOptions {
  readonly table: GroupTable;
  readonly rules: readonly Rule[];
  /** Per rule index the names of what `Hit.values` holds. */
  readonly neededFields: readonly (readonly string[])[];
  /** Called with the correlation for a hit that the limits did not let its group wait on. */
  readonly onOverflow: (rule: number) => void;
}

/** A correlation whose groups wait. */
export interface SilentPlan {
  readonly index: number;
  readonly timespanMs: number;
  readonly resets: boolean;
  readonly queue: WatchQueue;
  readonly totals: CorrelationTotals;
}

/** A watch as data: its hit with the id of its rule and the names of its values, which other rules number otherwise. */
export interface SavedWatch {
  readonly key: string;
  readonly time: number;
  readonly event: number;
  readonly number: number;
  readonly hit: Hit;
  readonly rule: string;
  readonly fields: readonly string[];
}

/** What all correlations wait for that only silence can tell. */
export class Silence {
  readonly #options: SilenceOptions;
  readonly #plans: SilentPlan[] = [];
  /** Watches opened so far. */
  #opened = 0;

  constructor(options: SilenceOptions) {
    this.#options = options;
  }

  add(plan: SilentPlan): void {
    this.#plans.push(plan);
  }

  /** Receive time, ms, after which a watch is over; Infinity = there is none. */
  get dueAt(): number {
    return this.#plans.reduce((least, { queue }) => Math.min(least, queue.dueAt), Number.POSITIVE_INFINITY);
  }

  /** Lets a hit open a watch of its group, count in some, or end them. */
  place(group: Group, hit: Hit, placed: WindowHit): void {
    const { table, onOverflow } = this.#options;
    const window = group.window as SilentWindow;
    const opens = window.place(placed, table.hasRoomToWatch(group));
    this.#end(group, window.ended);
    if (opens) table.openWatch(new Watch(group, hit, placed.time, placed.event, ++this.#opened));
    if (window.overflowed) onOverflow(group.shelf.rule);
  }

  /**
   * Judges the watches that are over at receive time `now` (ms), in the order in which they were due. Yields what fired,
   * with a hit that stands for the silence.
   */
  *judge(now: number): Generator<{ readonly firing: Firing; readonly hit: Hit }> {
    for (let plan = this.#nextDue(now); plan !== null; plan = this.#nextDue(now)) {
      const { oldest } = plan.queue;
      const { hit, number } = oldest!;
      const firing = this.#judgeOne(plan, oldest!, now);
      if (firing !== null) yield { firing, hit: { ...hit, receivedAt: now, silence: -2 - number } };
    }
  }

  /** The clock was set back to `now`, ms: no hit was received later. */
  setBack(now: number): void {
    const { table } = this.#options;
    for (const { queue } of this.#plans) queue.setBack(now, (group) => table.saver?.saveFirst(group));
  }

  save({ group, hit, time, event, number }: Watch): SavedWatch {
    const { rules, neededFields } = this.#options;
    const fields = neededFields[hit.rule] ?? [];
    return { key: group.key, time, event, number, hit, rule: rules[hit.rule]!.id, fields };
  }

  /** Opens saved watches again, in groups that were restored. */
  restore(saved: readonly { readonly watch: SavedWatch; readonly group: Group }[]): void {
    const { rules, neededFields, table } = this.#options;
    const indexes = new Map(rules.map(({ id }, index) => [id, index]));
    for (const { watch, group } of [...saved].sort((a, b) => a.watch.number - b.watch.number)) {
      const { time, event, number, fields } = watch;
      // The correlation is unchanged and can run, so that its rules are there.
      const rule = indexes.get(watch.rule)!;
      const values = (neededFields[rule] ?? []).map(
        (field) => watch.hit.values[fields.indexOf(field)] ?? null,
      );
      table.openWatch(new Watch(group, { ...watch.hit, rule, values }, time, event, number));
      this.#opened = number;
    }
  }

  #nextDue(now: number): SilentPlan | null {
    let next: SilentPlan | null = null;
    let least = now;
    for (const plan of this.#plans) {
      const { dueAt } = plan.queue;
      if (dueAt >= least) continue;
      next = plan;
      least = dueAt;
    }
    return next;
  }

  #judgeOne({ index, timespanMs, resets, totals }: SilentPlan, watch: Watch, now: number): Firing | null {
    const { group, hit, time, event } = watch;
    const window = group.window as SilentWindow;
    this.#options.table.saver?.saveFirst(group);
    const value = window.judge(event, resets);
    this.#options.table.endWatch(watch);
    this.#end(group, window.ended);
    if (Number.isNaN(value)) return null;
    totals.firings++;
    const { seq, entity, subject, attributedIp, evidence } = hit;
    return {
      ...{ rule: index, time: time + timespanMs, since: time, receivedAt: now },
      ...{ seq, index: hit.index, repeat: 1, entity, subject, attributedIp },
      ...{ group: group.values, value, evidence: [evidence] },
    };
  }

  #end({ watches }: Group, events: readonly number[]): void {
    for (const event of events) this.#options.table.endWatch(watches.find((watch) => watch.event === event)!);
  }
}
