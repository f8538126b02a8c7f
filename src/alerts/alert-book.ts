import type { AlertChange, AlertStatus } from '../model/alert.js';
import { groupKey } from '../model/group-key.js';
import { RecencyList, RecencyNode } from '../model/recency-list.js';
import { LEVELS, type Level } from '../model/rule.js';
import type { MatchesOf } from '../model/signal.js';
import type { AlertCause, AlertingRule } from './alert-cause.js';
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
  /** How many alerts are open at most; beyond it the least severe, longest quiet one is ended. */
  readonly maxOpen: number;
  /** Why a rule matched, asked for evidence that is shown. */
  readonly matchesOf: MatchesOf;
}

/** Everything the book knows, as structured-cloneable data. */
export interface AlertBookSnapshot {
  /** Per severity, lowest first, then those that are held: [rule id, alert] in order of their last hit. */
  readonly open: readonly (readonly (readonly [ruleId: string, alert: OpenAlert])[])[];
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
  readonly entries: Map<string, RecencyNode<Entry>>;
}

const NO_CHANGES: readonly AlertChange[] = [];
const RANK: ReadonlyMap<Level, number> = new Map(LEVELS.map((level, rank) => [level, rank]));

export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #minRank: number;
  readonly #pages = new Map<string, Page>();
  /** By rank of severity. */
  readonly #byRank = LEVELS.map(() => new RecencyList<Entry>());
  /** Those that silence does not end, of any severity; nor do they make room for others. */
  readonly #held = new RecencyList<Entry>();
  #open = 0;
  #suppressed = 0;
  #evicted = 0;

  constructor(options: AlertBookOptions) {
    this.#options = options;
    this.#minRank = rankOf(options.minSeverity);
  }

  /** Alerts open now. */
  get open(): number {
    return this.#open;
  }

  /** Hits below `minSeverity` so far. */
  get suppressed(): number {
    return this.#suppressed;
  }

  /** Alerts ended early to stay within `maxOpen` so far. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Counts a hit or firing of `rule` on its alert. Returns the lines this makes, in order; most hits make none. */
  raise(rule: AlertingRule, cause: AlertCause): readonly AlertChange[] {
    if (rankOf(cause.severity ?? rule.level) < this.#minRank) {
      this.#suppressed += cause.repeat;
      return NO_CHANGES;
    }
    const page = this.#pageOf(rule);
    const key = cause.group.length === 0 ? cause.entity : groupKey(cause.group);
    const node = page.entries.get(key);
    if (node === undefined) return this.#openNew(page, rule, key, cause);
    const { held, lastSeen } = node.item.alert;
    if (held || cause.time - lastSeen <= this.#options.dedupWindowMs) return this.#update(node, rule, cause);
    const ended = this.#end(node, cause.time);
    return [ended, ...this.#openNew(page, rule, key, cause)];
  }

  /** Ends the alerts that had no hit for `dedupWindowMs` of receive time before `now` (ms). */
  tick(now: number): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    for (const list of this.#byRank) {
      for (let node = list.oldest; node !== null; node = list.oldest) {
        if (node.item.alert.lastReceivedAt + this.#options.dedupWindowMs >= now) break;
        changes.push(this.#end(node, now));
      }
    }
    return changes.length === 0 ? NO_CHANGES : changes;
  }

  /** Ends the alert of a group at `time`, ms, if it is open. */
  end(rule: AlertingRule, group: AlertCause['group'], time: number): readonly AlertChange[] {
    const node = this.#pageOf(rule).entries.get(groupKey(group));
    return node === undefined ? NO_CHANGES : [this.#end(node, time)];
  }

  /** Ends every alert at its last hit: the end of a batch. */
  endAll(): readonly AlertChange[] {
    const changes: AlertChange[] = [];
    for (const list of [...this.#byRank, this.#held]) {
      for (let node = list.oldest; node !== null; node = list.oldest) {
        changes.push(this.#end(node, node.item.alert.lastSeen));
      }
    }
    return changes;
  }

  snapshot(): AlertBookSnapshot {
    return {
      open: [...this.#byRank, this.#held].map((list) =>
        [...list].map(({ page, alert }) => [page.ruleId, copyAlert(alert)] as const),
      ),
      suppressed: this.#suppressed,
      evicted: this.#evicted,
    };
  }

  /** Takes over a snapshot; the book must be empty. */
  restore(snapshot: AlertBookSnapshot): void {
    for (const alerts of snapshot.open) {
      for (const [ruleId, alert] of alerts) this.#keep(this.#pageById(ruleId), copyAlert(alert), null);
    }
    this.#suppressed = snapshot.suppressed;
    this.#evicted = snapshot.evicted;
  }

  #openNew(page: Page, rule: AlertingRule, key: string, cause: AlertCause): AlertChange[] {
    const changes: AlertChange[] = [];
    if (this.#open >= this.#options.maxOpen) {
      const victim = this.#byRank.find((list) => list.size > 0)?.oldest;
      if (victim) {
        this.#evicted++;
        changes.push(this.#end(victim, cause.time));
      }
    }
    const alert = openAlert(
      rule,
      page.part,
      page.threat,
      key,
      cause,
      reasonOf(rule, cause, this.#options.matchesOf),
    );
    countHit(alert, cause);
    passMilestones(alert);
    this.#keep(page, alert, page.threat);
    changes.push(this.#line(alert, 'opened', cause.time, false));
    return changes;
  }

  #update(node: RecencyNode<Entry>, rule: AlertingRule, cause: AlertCause): readonly AlertChange[] {
    const { alert, page } = node.item;
    countHit(alert, cause);
    const escalated = this.#escalate(node, cause.severity ?? rule.level);
    this.#listOf(alert).refresh(node);
    const milestone = alert.count >= alert.nextMilestone;
    if (!escalated && !milestone && cause.time - alert.lastLineAt < this.#options.repeatIntervalMs) {
      return NO_CHANGES;
    }
    if (milestone) passMilestones(alert);
    alert.lastLineAt = Math.max(alert.lastLineAt, cause.time);
    alert.rule = page.part;
    alert.reason = reasonOf(rule, cause, this.#options.matchesOf);
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
    const { alert, page } = node.item;
    page.entries.delete(alert.key);
    this.#listOf(alert).remove(node);
    this.#open--;
    return this.#line(alert, 'ended', time, false);
  }

  #line(alert: OpenAlert, status: AlertStatus, time: number, escalated: boolean): AlertChange {
    return alertLine(alert, status, time, escalated, this.#options.matchesOf);
  }

  #keep(page: Page, alert: OpenAlert, seenThreat: AlertChange['threat'] | null): void {
    const node = new RecencyNode<Entry>({ alert, page, seenThreat });
    page.entries.set(alert.key, node);
    this.#listOf(alert).append(node);
    this.#open++;
  }

  #listOf({ held, severity }: OpenAlert): RecencyList<Entry> {
    return held ? this.#held : this.#byRank[rankOf(severity)]!;
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
    const page: Page = { ruleId, rule: null, part: NO_RULE, threat: NO_THREAT, entries: new Map() };
    this.#pages.set(ruleId, page);
    return page;
  }
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
