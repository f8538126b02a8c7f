import type { AlertStatus, ThreatTactic, ThreatTechnique } from './alert.js';
import type { Level } from './rule.js';

/** One step of the attack, by ATT&CK tactic. */
export interface IncidentStage {
  readonly tactic: ThreatTactic;
  readonly first_seen: string;
  readonly last_seen: string;
  /** Names of the rules that saw it. */
  readonly rules: readonly string[];
}

/** One alert of the incident, as it was when the line was made. */
export interface IncidentAlert {
  /** When it was raised. */
  readonly '@timestamp': string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly alert: { readonly id: string; readonly count: number };
  readonly rule: { readonly id: string; readonly name: string };
  readonly severity: Level;
  readonly threat: {
    readonly tactic: readonly ThreatTactic[];
    readonly technique: readonly ThreatTechnique[];
  };
  readonly host?: { readonly name: string };
  readonly user?: { readonly name: string };
  readonly reason: string;
  /** The record that raised it, cut. */
  readonly evidence?: { readonly 'event.id': string; readonly original: string };
}

/**
 * One incident line: alerts of one entity that belong together, as they stand after a change.
 * (`incident.id`, `incident.revision`) is unique and stable over restart and replay.
 */
export interface IncidentChange {
  /** Time of the change, ISO 8601 UTC: event time, or the tick that ended it. */
  readonly '@timestamp': string;
  readonly 'event.kind': 'incident';
  readonly incident: {
    readonly id: string;
    readonly revision: number;
    readonly status: AlertStatus;
    /** A sentence made of what was seen: "203.0.113.7 scanned ports, guessed passwords, logged in on web-01". */
    readonly title: string;
    /** 0 to 100: alerts/risk.ts. */
    readonly risk: number;
    readonly first_seen: string;
    readonly last_seen: string;
    /** Alerts, also those beyond the timeline's limit. */
    readonly alerts: number;
    readonly escalated?: true;
  };
  /** The highest of its alerts. */
  readonly severity: Level;
  readonly entity: string;
  readonly source?: { readonly ip: string };
  readonly host?: { readonly name: readonly string[] };
  readonly user?: { readonly name: readonly string[] };
  readonly threat: {
    readonly tactic: readonly ThreatTactic[];
    readonly technique: readonly ThreatTechnique[];
  };
  /** `demo`: of the demo attack that somebody played. */
  readonly labels?: { readonly demo: true };
  /** In ATT&CK's order of tactics. */
  readonly stages: readonly IncidentStage[];
  /** In the order in which they were raised. */
  readonly timeline: readonly IncidentAlert[];
}

/** For people: as they were seen, one after the other. */
export function stagesInTime(stages: readonly IncidentStage[]): IncidentStage[] {
  return stages.toSorted((a, b) => Date.parse(a.first_seen) - Date.parse(b.first_seen));
}
