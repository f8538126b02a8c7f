import type { AlertChange } from '../model/alert.js';
import { isIncident } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import { LEVELS } from '../model/rule.js';
import type { ScannedAlert, ScannedRule, ScanResult } from '../model/scan-result.js';
import { findLogFiles } from './log-files.js';
import { type ReplayOptions, replay } from './replay.js';

export interface ScanOptions extends Omit<ReplayOptions, 'onChange'> {
  /** Alerts that are kept whole, at most. */
  readonly maxAlerts: number;
}

/** A replay of all log files that the paths are or hold, as one result. */
export async function scan(options: ScanOptions): Promise<ScanResult> {
  const { paths, skipped, unreadable } = findLogFiles(options.paths);
  const findings = new Findings(options.maxAlerts);
  const outcome = await replay({ ...options, paths, onChange: (change) => findings.add(change) });
  const { records, unrecognized, times, counts } = outcome;
  return {
    ...{ records, unrecognized, skipped, counts },
    unreadable: [...unreadable, ...outcome.unreadable],
    times: times === null ? null : { first: iso(times.from), last: iso(times.to) },
    files: paths.map((path, i) => ({ path, ...(outcome.files.get(i + 1) ?? NOTHING) })),
    ...findings.result(paths),
  };
}

const NOTHING = { records: 0, unrecognized: 0 };

/** Entities that are told of a rule, at most. */
const MAX_ENTITIES = 20;

interface RuleFindings {
  /** Its newest alert stands for what all of them say of the rule. */
  newest: AlertChange;
  alerts: number;
  readonly entities: Set<string>;
  first: string;
  last: string;
  events: number;
}

/** What alerts and incidents became: of each the last state, bounded. */
class Findings {
  readonly #maxAlerts: number;
  readonly #alerts = new Map<string, AlertChange>();
  readonly #incidents = new Map<string, IncidentChange>();
  readonly #rules = new Map<string, RuleFindings>();
  /** Events that an alert has counted so far, while it is open. */
  readonly #counted = new Map<string, number>();
  #leftOut = 0;

  constructor(maxAlerts: number) {
    this.#maxAlerts = maxAlerts;
  }

  add(change: AlertChange | IncidentChange): void {
    if (isIncident(change)) {
      this.#incidents.set(change.incident.id, change);
      return;
    }
    const { id, status } = change.alert;
    const isNew = !this.#counted.has(id);
    this.#addToRule(change, isNew);
    if (status === 'ended') this.#counted.delete(id);
    else this.#counted.set(id, change.alert.count);
    if (this.#alerts.has(id) || this.#alerts.size < this.#maxAlerts) this.#alerts.set(id, change);
    else if (isNew) this.#leftOut++;
  }

  #addToRule(change: AlertChange, isNew: boolean): void {
    const { alert, rule, entity } = change;
    let known = this.#rules.get(rule.id);
    if (known === undefined) {
      const { first_seen: first, last_seen: last } = alert;
      known = { newest: change, alerts: 0, entities: new Set(), first, last, events: 0 };
      this.#rules.set(rule.id, known);
    }
    known.newest = change;
    if (isNew) known.alerts++;
    known.events += alert.count - (this.#counted.get(alert.id) ?? 0);
    if (known.entities.size < MAX_ENTITIES) known.entities.add(entity);
    if (alert.first_seen < known.first) known.first = alert.first_seen;
    if (alert.last_seen > known.last) known.last = alert.last_seen;
  }

  result(paths: readonly string[]): Pick<ScanResult, 'rules' | 'incidents' | 'alerts' | 'alertsLeftOut'> {
    const incidents = [...this.#incidents.values()];
    return {
      rules: [...this.#rules.values()].map(ruleOf).sort(graverFirst),
      incidents: incidents.sort((a, b) => b.incident.risk - a.incident.risk || compare(a, b, firstSeen)),
      alerts: [...this.#alerts.values()].map((alert) => placed(alert, paths)),
      alertsLeftOut: this.#leftOut,
    };
  }
}

function ruleOf({ newest, alerts, entities, first, last, events }: RuleFindings): ScannedRule {
  const { id, name, level, file } = newest.rule;
  const techniques = newest.threat.technique.map((technique) => technique.id);
  return { id, name, level, file, techniques, alerts, events, entities: [...entities], first, last };
}

function graverFirst(a: ScannedRule, b: ScannedRule): number {
  return (
    LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level) || b.alerts - a.alerts || (a.name < b.name ? -1 : 1)
  );
}

function firstSeen({ incident }: IncidentChange): string {
  return incident.first_seen;
}

function compare<T>(a: T, b: T, key: (item: T) => string): number {
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

/** `event.id` says the file, from 1, and the record in it, from 0. */
function placed(alert: AlertChange, paths: readonly string[]): ScannedAlert {
  const evidence = alert.evidence.map((item) => {
    const [file, index] = item['event.id'].split('-').map(Number) as [number, number];
    return { ...item, file: paths[file - 1] ?? '', record: index + 1 };
  });
  return { ...alert, evidence };
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
