import type { IncidentChange } from './incident.js';
import type { Level } from './rule.js';
import type { Verdict } from './workflow.js';

/** What a daemon has to tell of the last while. Times are ISO 8601 UTC. */
export interface PeriodReport {
  readonly from: string;
  readonly until: string;
  readonly incidents: {
    /** Those of the highest risk that went on meanwhile and that nobody has closed. */
    readonly unclosed: readonly IncidentChange[];
    readonly unclosed_total: number;
    /** Those before that nobody has closed. */
    readonly unclosed_older: number;
    /** What people closed meanwhile. */
    readonly closed: Readonly<Partial<Record<Verdict, number>>>;
  };
  readonly alerts: {
    /** Alerts that began meanwhile, and in as long a time before. */
    readonly begun: number;
    readonly before: number;
    readonly by_severity: Readonly<Partial<Record<Level, number>>>;
    /** Those that a silence hides. */
    readonly silenced: number;
  };
  /** Those of the most alerts. */
  readonly rules: readonly ReportedRule[];
  readonly rules_total: number;
  /** Null = no daemon runs or has left figures. */
  readonly daemon: ReportedDaemon | null;
}

export interface ReportedRule {
  readonly id: string;
  readonly name: string;
  readonly severity: Level;
  readonly alerts: number;
  /** In as long a time before. */
  readonly before: number;
  /** What its newest alerts are about. */
  readonly entities: readonly string[];
}

export interface ReportedDaemon {
  readonly running: boolean;
  /** When these figures were taken. */
  readonly at: string;
  readonly uptime_seconds: number;
  /** Since its start. */
  readonly events: number;
  readonly sources: number;
  /** Sources by which nothing came meanwhile; null = never. */
  readonly quiet: readonly { readonly name: string; readonly last_seen: string | null }[];
  /** Since its start. */
  readonly losses: readonly { readonly code: string; readonly n: number; readonly meaning: string }[];
}
