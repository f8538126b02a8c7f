import type { Match } from './detection.js';
import type { Level } from './rule.js';

export type AlertStatus = 'opened' | 'updated' | 'ended';

export interface AlertEvidence {
  readonly 'event.id': string;
  /** The record as received, cut to 4 KiB. */
  readonly original: string;
  readonly matches: readonly Match[];
}

export interface ThreatTactic {
  /** `TA0006` */
  readonly id: string;
  readonly name: string;
}

export interface ThreatTechnique {
  /** `T1110.001` */
  readonly id: string;
  readonly name: string;
}

/** Why an entity-minute is an anomaly. */
export interface AnomalyFinding {
  /** Start of the minute, ISO 8601 UTC. */
  readonly minute: string;
  /** From 0 to 1, and what it was above. */
  readonly score: number;
  readonly threshold: number;
  /** What set the minute apart, the most telling first: its value, what is usual, its share of the reason (0 to 1). */
  readonly features: readonly {
    readonly name: string;
    readonly value: number;
    readonly usual: number;
    readonly share: number;
  }[];
}

/**
 * One line of the alert stream (DESIGN: Event, routing, attribution, alert): the state of an alert after a change.
 * (`alert.id`, `alert.revision`) is unique and stable over restart and replay.
 */
export interface AlertChange {
  /** Time of the change, ISO 8601 UTC: event time of the hit, or the tick that ended it. */
  readonly '@timestamp': string;
  readonly 'event.kind': 'alert';
  readonly alert: {
    readonly id: string;
    readonly revision: number;
    readonly status: AlertStatus;
    readonly count: number;
    readonly first_seen: string;
    readonly last_seen: string;
    readonly escalated?: true;
  };
  readonly severity: Level;
  readonly rule: {
    readonly id: string;
    readonly name: string;
    readonly level: Level;
    /** The rule's semantic hash. */
    readonly version: string;
    readonly file: string;
    readonly description?: string;
    readonly falsepositives?: readonly string[];
  };
  readonly threat: {
    readonly tactic: readonly ThreatTactic[];
    readonly technique: readonly ThreatTechnique[];
  };
  readonly entity: string;
  readonly source?: { readonly ip: string; readonly attributed?: true };
  readonly destination?: { readonly ip: string };
  readonly host?: { readonly name: string };
  readonly user?: { readonly name?: string; readonly target?: { readonly name: string } };
  /** The first 16 hosts that its hits name, when they are several. */
  readonly related?: { readonly hosts: readonly string[] };
  /** Group-by fields and values of a correlation, in the rule's order. */
  readonly group?: Readonly<Record<string, string>>;
  /** Of alerts of the anomaly rule: the newest minute. */
  readonly anomaly?: AnomalyFinding;
  /** The silence that hides it: no sink is told, and it makes no incident. */
  readonly silenced?: { readonly id: string; readonly reason: string };
  /** `demo`: of the demo attack that somebody played. */
  readonly labels?: { readonly demo: true };
  /** Why in one sentence, e.g. "12 times within 5m for source.ip 203.0.113.7". */
  readonly reason: string;
  readonly evidence: readonly AlertEvidence[];
}
