import type { OpenCorrelation } from '../model/open-group.js';
import type { Rule, RuleFault } from '../model/rule.js';
import type { Evidence } from '../model/signal.js';
import { CorrelationCounts, type CorrelationStats } from './correlation-counts.js';
import { EvidenceTrail } from './evidence-trail.js';
import { fire } from './fire.js';
import { Group, restoreGroup, saveGroup } from './group.js';
import { GroupSaver, type SavedGroups } from './group-saver.js';
import { GroupTable } from './group-table.js';
import type { Firing, Hit } from './hit.js';
import { openCorrelation } from './open-groups.js';
import { type Feed, feedsOf, MAX_AHEAD_MS, type Plan, planOf, readTuple } from './plan.js';
import { type ResolvedCorrelation, resolveCorrelations } from './references.js';
import { type SavedWatch, Silence } from './silence.js';
import type { GroupWindow, WindowHit } from './types/correlation-kind.js';
import type { Watch } from './watch-queue.js';

export interface CorrelatorOptions {
  /** How much older than its group's window a hit may be, ms; older ones are counted and ignored. */
  readonly allowedLatenessMs: number;
  /** Groups of all correlations together. */
  readonly maxGroups: number;
  /** Characters of evidence that all groups hold together. Default 128 Mi. */
  readonly maxEvidenceCharacters?: number;
  /** Re-firing, instead of what each rule says: `each` hit while true, or after a `reset`. */
  readonly policy?: 'each' | 'reset';
  /** Per rule index the field names whose values come in `Hit.values`. */
  readonly neededFields: readonly (readonly string[])[];
  /** Called with the correlation for every hit too old for its group: counter `correlation.late`. */
  readonly onLate: (rule: number) => void;
  /**
   * Called with the correlation for every group, and every further hit to wait on, dropped to stay within the limits:
   * counter `correlation.evicted`.
   */
  readonly onEvicted: (rule: number) => void;
  /**
   * Whether anybody but other correlations is told of a rule's firings; those of the others come without evidence, since
   * nobody looks at it. Default: of all.
   */
  readonly isTold?: (rule: number) => boolean;
  /** Groups of a piece of a snapshot. Default 64. */
  readonly savedAtOnce?: number;
  /** Where firings, late hits and evictions are counted as well, by rule. */
  readonly counts?: CorrelationCounts;
}

/** Everything a correlator knows, as structured-cloneable data. */
export interface CorrelatorSnapshot {
  readonly correlations: Iterable<SavedGroups>;
  readonly heavyOwners: readonly string[];
}

/**
 * Makes what runs the correlation rules among `rules` (Sigma correlation rules specification 2.1). Those that
 * `validateCorrelations` refuses do not run.
 */
export function createCorrelator(rules: readonly Rule[], options: CorrelatorOptions): Correlator {
  return new Correlator(rules, options);
}

/** Why correlations among `rules` cannot run; those that are not named here run. */
export function validateCorrelations(rules: readonly Rule[]): RuleFault[] {
  return resolveCorrelations(rules).faults;
}

interface Unjudged {
  readonly plan: Plan;
  readonly group: Group;
  readonly hit: Hit;
  readonly inner: Firing | null;
  readonly placed: WindowHit;
}

const NO_FIRINGS: readonly Firing[] = [];
const DEFAULT_EVIDENCE_CHARACTERS = 128 * 1024 ** 2;

export class Correlator {
  readonly #options: CorrelatorOptions;
  readonly #counts: CorrelationCounts;
  readonly #table: GroupTable;
  readonly #silence: Silence;
  readonly #plans: Plan[] = [];
  /** By rule index. */
  readonly #feeds: (Feed[] | undefined)[];
  /** What windows are given, one after another: none keeps it. */
  readonly #placed = { time: 0, repeat: 1, step: 0, value: '', event: 0 };
  /** Hits of the last event in groups that are judged at its end. */
  readonly #unjudged: Unjudged[] = [];
  /** Calls of `savedGroups`. */
  #savings = 0;

  constructor(rules: readonly Rule[], options: CorrelatorOptions) {
    this.#options = options;
    this.#feeds = rules.map(() => undefined);
    this.#counts = options.counts ?? new CorrelationCounts();
    const tellEvicted = (rule: number): void => {
      options.onEvicted(rule);
      this.#counts.of(rules[rule]!.id).evicted++;
    };
    this.#table = new GroupTable({
      maxGroups: options.maxGroups,
      maxEvidenceCharacters: options.maxEvidenceCharacters ?? DEFAULT_EVIDENCE_CHARACTERS,
      onEvicted: tellEvicted,
    });
    this.#silence = new Silence({
      table: this.#table,
      rules,
      neededFields: options.neededFields,
      onOverflow: tellEvicted,
    });
    for (const resolved of resolveCorrelations(rules).resolved) this.#add(rules, resolved);
  }

  /** Groups held now. */
  get groups(): number {
    return this.#table.size;
  }

  /** Whether some correlation waits for hits of this rule. */
  awaits(rule: number): boolean {
    return this.#feeds[rule] !== undefined;
  }

  /**
   * Places a hit. Returns what fired, an inner correlation before the ones that wait for it. Hits must come in log
   * order; those of one event one after another, and then `endEvent`.
   */
  feed(hit: Hit): readonly Firing[] {
    const feeds = this.#feeds[hit.rule];
    if (feeds === undefined) return NO_FIRINGS;
    return this.#place(feeds, hit, null, null) ?? NO_FIRINGS;
  }

  /** No more hits of the last event come. Returns what all of them together fired, as `feed` does. */
  endEvent(): readonly Firing[] {
    let fired: Firing[] | null = null;
    while (this.#unjudged.length > 0) {
      const { plan, group, hit, inner, placed } = this.#takeInnermost();
      if (group.hasFired || this.#unjudged.some((later) => later.group === group)) continue;
      const observed = (group.window as GroupWindow).place(placed);
      if (Number.isNaN(observed)) continue;
      fired = this.#addFiring(plan, hit, this.#fire(plan, group, hit, inner, observed), fired);
    }
    return fired ?? NO_FIRINGS;
  }

  /** What one fires may be what another waits for, or must not see: those inside come first, whatever the order of the rules. */
  #takeInnermost(): Unjudged {
    let innermost = 0;
    this.#unjudged.forEach(({ plan }, i) => {
      if (plan.depth < this.#unjudged[innermost]!.plan.depth) innermost = i;
    });
    return this.#unjudged.splice(innermost, 1)[0]!;
  }

  /**
   * Receive time, ms, after which silence is judged next; Infinity = nothing waits for it. Nothing fires by itself: who
   * holds the correlator calls `tick`.
   */
  get dueAt(): number {
    return this.#silence.dueAt;
  }

  /**
   * Receive time has passed `now` (ms). Returns what silence fired, in the order in which it was due, each followed by
   * what that completed.
   */
  *tick(now: number): Generator<Firing> {
    for (const { firing, hit } of this.#silence.judge(now)) {
      yield firing;
      const outer = this.#feeds[firing.rule];
      if (outer !== undefined) yield* this.#place(outer, hit, firing, null) ?? NO_FIRINGS;
      yield* this.endEvent();
    }
  }

  /** The clock was set back to `now`, ms: no hit was received later. */
  setBack(now: number): void {
    this.#silence.setBack(now);
  }

  /** The end of a batch: time goes on until nothing waits for silence. Returns what that fired. */
  *finish(): Generator<Firing> {
    for (let { dueAt } = this; dueAt < Number.POSITIVE_INFINITY; { dueAt } = this)
      yield* this.tick(dueAt + 1);
  }

  /** What the correlations did and hold now. */
  stats(): CorrelationStats[] {
    return this.#plans.map(({ rule, shelf, totals }) => ({
      id: rule.id,
      groups: shelf.groups.size,
      ...totals,
    }));
  }

  /** What each correlation has seen of at most `limit` groups, those hit last. `now`: receive time, ms. */
  open(limit: number, now: number): OpenCorrelation[] {
    return this.#plans.map((plan) => openCorrelation(plan, limit, now));
  }

  snapshot(): CorrelatorSnapshot {
    const correlations = this.#plans.map(({ rule, shelf }): SavedGroups => {
      const groups = [...shelf.groups.values()].sort((a, b) => a.touch - b.touch);
      const watches = groups.flatMap((group) => group.watches.map((watch) => this.#silence.save(watch)));
      return { id: rule.id, hash: rule.hash, groups: groups.map(saveGroup), watches };
    });
    return { correlations, heavyOwners: this.heavyOwners };
  }

  /** Owners with more than their share of groups: what a snapshot holds besides `savedGroups`. */
  get heavyOwners(): readonly string[] {
    return this.#table.heavy;
  }

  /**
   * All groups as they are at this call, as structured-cloneable data, some at a time, and hits may be fed in between. One call is
   * over, or returned from, before the next.
   */
  savedGroups(): Generator<SavedGroups> {
    const { savedAtOnce } = this.#options;
    const save = (watch: Watch): SavedWatch => this.#silence.save(watch);
    const saver = new GroupSaver(++this.#savings, this.#plans, save, savedAtOnce);
    this.#table.saver = saver;
    return this.#all(saver);
  }

  /** Takes over a snapshot, of these rules or of others in part; the correlator must be new. */
  restore(snapshot: CorrelatorSnapshot): void {
    const restored: Group[] = [];
    const watched: { watch: SavedWatch; group: Group }[] = [];
    for (const { id, hash, groups, watches } of snapshot.correlations) {
      const plan = this.#plans.find(({ rule }) => rule.id === id && rule.hash === hash);
      if (plan === undefined) continue;
      const byKey = new Map<string, Group>();
      for (const saved of groups) {
        const group = restoreGroup(saved, plan.shelf, plan);
        restored.push(group);
        byKey.set(saved.key, group);
      }
      for (const watch of watches) watched.push({ watch, group: byKey.get(watch.key)! });
    }
    restored.sort((a, b) => a.touch - b.touch);
    this.#table.restore(restored, snapshot.heavyOwners);
    this.#silence.restore(watched);
  }

  *#all(saver: GroupSaver): Generator<SavedGroups> {
    try {
      for (const groups of saver.all()) {
        yield groups;
        if (this.#table.saver !== saver)
          throw new Error('Another snapshot was begun before this one was over.');
      }
    } finally {
      if (this.#table.saver === saver) this.#table.saver = null;
    }
  }

  #add(rules: readonly Rule[], resolved: ResolvedCorrelation): void {
    const plan = planOf(resolved, rules, this.#options, this.#table, this.#counts);
    const { index, rule, shelf, resets, totals } = plan;
    this.#plans.push(plan);
    if (shelf.queue !== null) {
      this.#silence.add({ index, timespanMs: rule.timespanMs, resets, queue: shelf.queue, totals });
    }
    for (const [reference, feed] of feedsOf(plan, resolved, rules, this.#options.neededFields)) {
      this.#feeds[reference] ??= [];
      this.#feeds[reference].push(feed);
    }
  }

  /** Adds what fires to `firings`, which is null until something does. */
  #place(feeds: readonly Feed[], hit: Hit, inner: Firing | null, firings: Firing[] | null): Firing[] | null {
    let fired = firings;
    for (const feed of feeds) {
      const firing = this.#placeIn(feed, hit, inner);
      if (firing !== null) fired = this.#addFiring(feed.plan, hit, firing, fired);
    }
    return fired;
  }

  /** Adds a firing and what it fires in turn. */
  #addFiring(plan: Plan, hit: Hit, firing: Firing, firings: Firing[] | null): Firing[] {
    const fired = firings ?? [];
    fired.push(firing);
    const outer = this.#feeds[plan.index];
    return outer === undefined ? fired : this.#place(outer, hit, firing, fired)!;
  }

  #placeIn(feed: Feed, hit: Hit, inner: Firing | null): Firing | null {
    const { plan, step } = feed;
    const { timespanMs } = plan.rule;
    const { index } = hit;
    const seq = eventOf(hit);
    const time = Math.min(inner === null ? hit.time : inner.time, hit.receivedAt + MAX_AHEAD_MS);
    const key = readTuple(feed.groupBy, hit, inner);
    const value = readTuple(feed.values, hit, inner);
    // What lacks a group-by field or the counted one belongs to no group.
    if (key === null || value === null) return null;

    const group = plan.shelf.groups.get(key) ?? this.#openGroup(plan, key, hit, time);
    if (time < group.newest - timespanMs - this.#options.allowedLatenessMs) {
      this.#options.onLate(plan.index);
      plan.totals.late++;
      return null;
    }
    const isSameEvent = group.lastSeq === seq && group.lastIndex === index;
    const hasFired = isSameEvent && group.hasFired;
    if ((isSameEvent && plan.countsEvents) || (hasFired && plan.resets)) return null;
    this.#table.saver?.saveFirst(group);
    // The event of the only hit is the last till now, its time the newest.
    if (group.hasOnly) grow(plan, group);
    this.#touch(group, hit, isSameEvent);
    if (time > group.newest) group.newest = time;
    const placed = this.#placed;
    placed.time = time;
    placed.repeat = inner === null ? hit.repeat : 1;
    placed.step = step;
    placed.value = value;
    placed.event = group.events;
    if (plan.shelf.queue !== null) {
      this.#silence.place(group, hit, placed);
      return null;
    }
    const observed = this.#observe(plan, group, hit.evidence);
    if (plan.judgesWholeEvents && group.window !== null)
      this.#unjudged.push({ plan, group, hit, inner, placed: { ...placed } });
    else if (!Number.isNaN(observed) && !hasFired) return this.#fire(plan, group, hit, inner, observed);
    return null;
  }

  #fire(plan: Plan, group: Group, hit: Hit, inner: Firing | null, observed: number): Firing {
    const firing = fire(plan, group, hit, inner, observed);
    if (plan.resets) {
      (group.window as GroupWindow).clear();
      this.#table.addCharacters(group.trail?.clear() ?? 0);
    }
    return firing;
  }

  /** Puts what is placed into the group's window: that is made for the second hit, unless the first fires alone. */
  #observe(plan: Plan, group: Group, evidence: Evidence): number {
    const placed = this.#placed;
    if (group.window === null) {
      plan.trial.clear();
      if (Number.isNaN(plan.trial.place(placed))) {
        group.keepOnly(placed, plan.isTold ? evidence : null);
        if (plan.isTold) this.#table.addCharacters(evidence.original.length);
        return Number.NaN;
      }
      open(plan, group);
    }
    const { trail } = group;
    if (trail !== null) {
      const oldest = group.newest - plan.rule.timespanMs;
      this.#table.addCharacters(trail.add(evidence, placed.step, placed.time, oldest));
    }
    return (group.window as GroupWindow).place(placed);
  }

  #openGroup(plan: Plan, key: string, hit: Hit, time: number): Group {
    const { sourceIp, host } = hit.subject;
    const owner = sourceIp ?? hit.attributedIp ?? host ?? '';
    const group = new Group(plan.shelf, key, owner, time);
    if (plan.shelf.queue !== null) group.window = plan.openWindow(null);
    this.#table.add(group, hit.receivedAt);
    return group;
  }

  #touch(group: Group, hit: Hit, isSameEvent: boolean): void {
    if (!isSameEvent) {
      this.#table.count(group);
      group.hasFired = false;
    }
    this.#table.touch(group, hit.receivedAt);
    group.lastSeq = eventOf(hit);
    group.lastIndex = hit.index;
  }
}

/** Gives a group what remembers more than its only hit, which is the first of its events. */
function grow(plan: Plan, group: Group): void {
  const only = group.only!;
  group.dropOnly();
  open(plan, group);
  if (only.evidence !== null)
    group.trail?.add(only.evidence, only.step, only.time, only.time - plan.rule.timespanMs);
  (group.window as GroupWindow).place({ ...only, event: 1 });
}

function open({ openWindow, trailSize, isTold }: Plan, group: Group): void {
  group.window = openWindow(null);
  if (isTold) group.trail = new EvidenceTrail(trailSize);
}

/** With `hit.index` what tells one event from another. */
function eventOf(hit: Hit): number {
  return hit.silence ?? hit.seq;
}
