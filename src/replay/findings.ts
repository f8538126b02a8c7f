import type { AlertChange } from '../model/alert.js';
import { isIncident } from '../model/change.js';
import type { IncidentChange } from '../model/incident.js';
import { LEVELS } from '../model/rule.js';
import type { ScannedRule, ScanResult } from '../model/scan-result.js';

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

export interface FindingsLimits {
  /** Alerts that are kept whole: the first. */
  readonly alerts: number;
  /** Incidents that are kept: those of the highest risk. */
  readonly incidents: number;
}

/** What a scan found, at its end. */
export type Found = Pick<ScanResult, 'rules' | 'incidents' | 'incidentsLeftOut' | 'alertsLeftOut'> & {
  readonly alerts: readonly AlertChange[];
};

/** What alerts and incidents became: of each the last state, bounded. */
export class Findings {
  readonly #limits: FindingsLimits;
  readonly #alerts = new Map<string, AlertChange>();
  readonly #incidents = new Map<string, IncidentChange>();
  readonly #rules = new Map<string, RuleFindings>();
  /** Events that an alert has counted so far, while it is open. */
  readonly #counted = new Map<string, number>();
  #alertsLeftOut = 0;
  #opened = 0;

  constructor(limits: FindingsLimits) {
    this.#limits = limits;
  }

  add(change: AlertChange | IncidentChange): void {
    if (isIncident(change)) {
      this.#addIncident(change);
      return;
    }
    const { id, status } = change.alert;
    const isNew = !this.#counted.has(id);
    this.#addToRule(change, isNew);
    if (status === 'ended') this.#counted.delete(id);
    else this.#counted.set(id, change.alert.count);
    if (this.#alerts.has(id) || this.#alerts.size < this.#limits.alerts) this.#alerts.set(id, change);
    else if (isNew) this.#alertsLeftOut++;
  }

  /** One that was left out comes back with its next change, whose risk may be higher. */
  #addIncident(change: IncidentChange): void {
    const { id, revision } = change.incident;
    if (revision === 1) this.#opened++;
    this.#incidents.set(id, change);
    if (this.#incidents.size > 2 * this.#limits.incidents)
      for (const { incident } of this.#byRisk().slice(this.#limits.incidents))
        this.#incidents.delete(incident.id);
  }

  #byRisk(): IncidentChange[] {
    return [...this.#incidents.values()].sort(
      (a, b) => b.incident.risk - a.incident.risk || compare(a, b, firstSeen) || compare(a, b, idOf),
    );
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

  result(): Found {
    const incidents = this.#byRisk().slice(0, this.#limits.incidents);
    return {
      rules: [...this.#rules.values()].map(ruleOf).sort(graverFirst),
      incidents,
      incidentsLeftOut: this.#opened - incidents.length,
      alerts: [...this.#alerts.values()],
      alertsLeftOut: this.#alertsLeftOut,
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

function idOf({ incident }: IncidentChange): string {
  return incident.id;
}

function compare<T>(a: T, b: T, key: (item: T) => string): number {
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}
