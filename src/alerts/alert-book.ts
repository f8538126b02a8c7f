import type { AlertChange, AlertStatus } from '../model/alert.js';
import { groupKey } from '../model/group-key.js';
import { RecencyList, RecencyNode } from '../model/recency-list.js';
import { LEVELS, type Level } from '../model/rule.js';
import type { MatchesOf } from '../model/signal.js';
import type { AlertCause, AlertingRule } from './alert-cause.js';
import { FrozenList } from './frozen-list.js';
import { alertLine, copyAlert, countHit, type OpenAlert, openAlert, passMilestones } from './open-alert.js';
import { reasonOf } from './reason.js';
import { mergeThreats, threatOfTags } from './threat.js';

export interface AlertBookOptions {
  /** Hits below are counted as suppressed and raise nothing. */
  readonly minSeverity: Level;
  /** How long an alert stays open without a hit. */
  readonly dedupWindowMs: number;
  /** How often an open alert says that it goes on. */
  readonly repeatIntervalMs: number;
  /**
   * How many alerts are open at most; beyond it a silenced one is ended, or the least severe, longest quiet one. Those that are
   * held do not count: they are bounded by who holds them.
   */
  readonly maxOpen: number;
  /** Length of the records and other texts of senders that open alerts hold; beyond it the same happens. */
  readonly maxCharacters?: number;
  /** Why a rule matched, asked for evidence that is shown. */
  readonly matchesOf: MatchesOf;
}

export type SavedAlert = readonly [ruleId: string, alert: OpenAlert];

/** Everything the book knows; each alert is structured-cloneable data. */
export interface AlertBookSnapshot {
  /** Silenced ones, then per severity, lowest first, then those that are held, in order of their last hit. */
  readonly open: Iterable<SavedAlert>;
  readonly suppressed: number;
  readonly evicted: number;
}

/** Makes an empty book: the open alerts and what changes them (DESIGN section 3, "Alert"). */
export function createAlertBook(options: AlertBookOptions): AlertBook {
  return new AlertBook(options);
}

interface Entry {
  readonly alert: OpenAlert;
  readonly page: Page;
  /** The page's threat that is part of the alert's already. */
  seenThreat: AlertChange['threat'] | null;
}

/** The open alerts of one rule, and what their lines say of it. */
interface Page {
  readonly ruleId: string;
  /** The rule that `part` and `threat` were made from; null after a restore until it is raised again. */
  rule: AlertingRule | null;
  part: AlertChange['rule'];
  threat: AlertChange['threat'];
  /** By fingerprint: those that are told, and those that a silence hides. */
  readonly told: Map<string, RecencyNode<Entry>>;
  readonly hidden: Map<string, RecencyNode<Entry>>;
}

const DEFAULT_CHARACTERS = 128 * 1024 ** 2;
const NO_CHANGES: readonly AlertChange[] = [];
const RANK: ReadonlyMap<Level, number> = new Map(LEVELS.map((level, rank) => [level, rank]));

export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #minRank: number;
  readonly #pages = new Map<string, Page>();
  readonly #maxCharacters: number;
  /** Those that a silence hides, of any severity: the first to go. */
  readonly #hidden = new RecencyList<Entry>();
  /** By rank of severity. */
  readonly #byRank = LEVELS.map(() => new RecencyList<Entry>());
  /** Those that being quiet does not end, of any severity; nor do they make room for others. */
  readonly #held = new RecencyList<Entry>();
  /** In the order in which they make room. */
  readonly #endable = [this.#hidden, ...this.#byRank];
  #open = 0;
  #characters = 0;
  #frozen: FrozenList<Entry> | null = null;
  #suppressed = 0;
  #evicted = 0;

  constructor(options: AlertBookOptions) {
    this.#options = options;
    this.#minRank = rankOf(options.minSeverity);
    this.#maxCharacters = options.maxCharacters ?? DEFAULT_CHARACTERS;
  }

  /** Alerts open now. */
  get open(): number {
    return this.#open;
  }

  /** Hits below `minSeverity` so far. */
  get suppressed(): number {
    return this.#suppressed;
  }

  /** Alerts ended early to stay within `maxOpen` and `maxCharacters` so far. */
  get evicted(): number {
    return this.#evicted;
  }

  /**
   * Counts a hit or firing of `rule` on its alert. Returns the lines this makes, in order; most hits make none.
   *
   * A hit that a silence hides counts on an alert of its own: what is silenced never takes in what is not, and an alert that was
   * told of is told of to its end.
   */
  raise(
    rule: AlertingRule,
    cause: AlertCause,
    silenced: OpenAlert['silenced'] = null,
  ): readonly AlertChange[] {
    if (rankOf(cause.severity ?? rule.level) < this.#minRank) {
      this.#suppressed += cause.repeat;
      return NO_CHANGES;
    }
    if (this.#characters <= this.#maxCharacters) return this.#count(rule, cause, silenced);
    const ended: AlertChange[] = [];
    while (this.#characters > this.#maxCharacters && this.#makeRoom(cause.time, ended));
    return [...ended, ...this.#count(rule, cause, silenced)];
  }

  /** Ends the alerts that had no hit for `dedupWindowMs` of receive time before `now` (ms). */
  tick(now: number): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    for (const list of this.#endable) {
      for (let node = list.oldest; node !== null; node = list.oldest) {
        if (node.item.alert.lastReceivedAt + this.#options.dedupWindowMs >= now) break;
        changes.push(this.#end(node, now));
      }
    }
    return changes.length === 0 ? NO_CHANGES : changes;
  }

  /** The clock was set back to `now`, ms: nothing was received later. */
  setBack(now: number): void {
    for (const list of [...this.#endable, this.#held]) {
      for (const entry of list) {
        const { alert } = entry;
        if (Math.max(alert.lastReceivedAt, alert.lastLineReceivedAt) <= now) continue;
        this.#frozen?.copyFirst(entry);
        alert.lastReceivedAt = Math.min(alert.lastReceivedAt, now);
        alert.lastLineReceivedAt = Math.min(alert.lastLineReceivedAt, now);
      }
    }
  }

  /** Ends the alert of a group, told or hidden, at `time`, ms, if it is open. */
  end(rule: AlertingRule, group: AlertCause['group'], time: number): readonly AlertChange[] {
    const { told, hidden } = this.#pageOf(rule);
    const key = groupKey(group);
    return [told.get(key), hidden.get(key)]
      .filter((node) => node !== undefined)
      .map((node) => this.#end(node, time));
  }

  /** Ends every alert at its last hit: the end of a batch. */
  endAll(): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    for (const list of [...this.#endable, this.#held]) {
      for (let node = list.oldest; node !== null; node = list.oldest) {
        changes.push(this.#end(node, node.item.alert.lastSeen));
      }
    }
    return changes;
  }

  /** Of the alerts that are open. */
  ids(): Set<string> {
    const ids = new Set<string>();
    for (const list of [...this.#endable, this.#held]) for (const { alert } of list) ids.add(alert.id);
    return ids;
  }

  /** As of this call: `open` can be gone through while alerts change, each to be written down at once. It ends the one before. */
  snapshot(): AlertBookSnapshot {
    const entries = [...this.#endable, this.#held].flatMap((list) => [...list]);
    this.#frozen = new FrozenList(entries, (entry) => ({ ...entry, alert: copyAlert(entry.alert) }));
    return {
      open: savedAlerts(this.#frozen),
      suppressed: this.#suppressed,
      evicted: this.#evicted,
    };
  }

  /** Takes over a snapshot; the book must be empty. */
  restore(snapshot: AlertBookSnapshot): void {
    for (const [ruleId, alert] of snapshot.open) this.#keep(this.#pageById(ruleId), copyAlert(alert), null);
    this.#suppressed = snapshot.suppressed;
    this.#evicted = snapshot.evicted;
  }

  #count(rule: AlertingRule, cause: AlertCause, silenced: OpenAlert['silenced']): readonly AlertChange[] {
    const page = this.#pageOf(rule);
    const key = cause.group.length === 0 ? cause.entity : groupKey(cause.group);
    const node = entriesOf(page, silenced).get(key);
    if (node === undefined) return this.#openNew(page, rule, key, cause, silenced);
    const { held, lastSeen, rule: before } = node.item.alert;
    const goesOn = before.version === rule.hash && cause.time - lastSeen <= this.#options.dedupWindowMs;
    if (held || goesOn) return this.#update(node, rule, cause);
    const ended = this.#end(node, cause.time);
    return [ended, ...this.#openNew(page, rule, key, cause, silenced)];
  }

  #openNew(
    page: Page,
    rule: AlertingRule,
    key: string,
    cause: AlertCause,
    silenced: OpenAlert['silenced'],
  ): AlertChange[] {
    const changes: AlertChange[] = [];
    if (!cause.held && this.#open - this.#held.size >= this.#options.maxOpen)
      this.#makeRoom(cause.time, changes);
    const alert = openAlert(
      rule,
      page.part,
      page.threat,
      key,
      cause,
      reasonOf(rule, cause, this.#options.matchesOf),
      silenced,
    );
    countHit(alert, cause);
    passMilestones(alert);
    this.#keep(page, alert, page.threat);
    changes.push(this.#line(alert, 'opened', cause.time, false));
    return changes;
  }

  /** Ends one early; false = there is none that may be. */
  #makeRoom(time: number, changes: AlertChange[]): boolean {
    const victim = this.#endable.find((list) => list.size > 0)?.oldest;
    if (!victim) return false;
    this.#evicted++;
    changes.push(this.#end(victim, time));
    return true;
  }

  #update(node: RecencyNode<Entry>, rule: AlertingRule, cause: AlertCause): readonly AlertChange[] {
    this.#frozen?.copyFirst(node.item);
    const { alert, page } = node.item;
    const { repeatIntervalMs, matchesOf } = this.#options;
    const before = alert.characters;
    const isNews = countHit(alert, cause);
    this.#characters += alert.characters - before;
    const escalated = this.#escalate(node, cause.severity ?? rule.level);
    this.#listOf(alert).refresh(node);
    const milestone = alert.count >= alert.nextMilestone;
    const isDue =
      cause.time - alert.lastLineAt >= repeatIntervalMs ||
      cause.receivedAt - alert.lastLineReceivedAt >= repeatIntervalMs;
    if (!escalated && !milestone && !isNews && !isDue) return NO_CHANGES;
    if (milestone) passMilestones(alert);
    alert.lastLineAt = Math.max(alert.lastLineAt, cause.time);
    alert.lastLineReceivedAt = Math.max(alert.lastLineReceivedAt, cause.receivedAt);
    alert.rule = page.part;
    alert.reason = reasonOf(rule, cause, matchesOf);
    alert.anomaly = cause.anomaly?.finding ?? null;
    return [this.#line(alert, 'updated', cause.time, escalated)];
  }

  /** A higher severity or a new technique always passes: a harmless alert opened first must not hide it. */
  #escalate(node: RecencyNode<Entry>, severity: Level): boolean {
    const entry = node.item;
    const { alert, page } = entry;
    let escalated = false;
    if (entry.seenThreat !== page.threat) {
      const threat = mergeThreats(alert.threat, page.threat);
      escalated = threat.technique.length > alert.threat.technique.length;
      alert.threat = threat;
      entry.seenThreat = page.threat;
    }
    if (rankOf(severity) > rankOf(alert.severity)) {
      this.#listOf(alert).remove(node);
      alert.severity = severity;
      this.#listOf(alert).append(node);
      escalated = true;
    }
    return escalated;
  }

  #end(node: RecencyNode<Entry>, time: number): AlertChange {
    this.#frozen?.copyFirst(node.item);
    const { alert, page } = node.item;
    entriesOf(page, alert.silenced).delete(alert.key);
    this.#listOf(alert).remove(node);
    this.#open--;
    this.#characters -= alert.characters;
    return this.#line(alert, 'ended', time, false);
  }

  #line(alert: OpenAlert, status: AlertStatus, time: number, escalated: boolean): AlertChange {
    return alertLine(alert, status, time, escalated, this.#options.matchesOf);
  }

  #keep(page: Page, alert: OpenAlert, seenThreat: AlertChange['threat'] | null): void {
    const node = new RecencyNode<Entry>({ alert, page, seenThreat });
    entriesOf(page, alert.silenced).set(alert.key, node);
    this.#listOf(alert).append(node);
    this.#open++;
    this.#characters += alert.characters;
  }

  #listOf({ held, silenced, severity }: OpenAlert): RecencyList<Entry> {
    if (held) return this.#held;
    return silenced === null ? this.#byRank[rankOf(severity)]! : this.#hidden;
  }

  #pageOf(rule: AlertingRule): Page {
    const page = this.#pageById(rule.id);
    if (page.rule !== rule) {
      page.rule = rule;
      page.part = rulePart(rule);
      page.threat = threatOfTags(rule.tags);
    }
    return page;
  }

  #pageById(ruleId: string): Page {
    const known = this.#pages.get(ruleId);
    if (known !== undefined) return known;
    const page: Page = {
      ruleId,
      rule: null,
      part: NO_RULE,
      threat: NO_THREAT,
      told: new Map(),
      hidden: new Map(),
    };
    this.#pages.set(ruleId, page);
    return page;
  }
}

function* savedAlerts(entries: Iterable<Entry>): Generator<SavedAlert, void> {
  for (const { page, alert } of entries) yield [page.ruleId, alert];
}

function entriesOf(page: Page, silenced: OpenAlert['silenced']): Page['told'] {
  return silenced === null ? page.told : page.hidden;
}

const NO_RULE: AlertChange['rule'] = { id: '', name: '', level: 'informational', version: '', file: '' };
const NO_THREAT: AlertChange['threat'] = { tactic: [], technique: [] };

function rulePart(rule: AlertingRule): AlertChange['rule'] {
  return {
    id: rule.id,
    name: rule.title,
    level: rule.level,
    version: rule.hash,
    file: rule.place.file,
    ...(rule.description !== null && { description: rule.description }),
    ...(rule.falsepositives.length > 0 && { falsepositives: rule.falsepositives }),
  };
}

function rankOf(level: Level): number {
  return RANK.get(level) ?? 0;
}
