import type { AlertChange } from '../../model/alert.js';
import type { IncidentChange } from '../../model/incident.js';
import type { Level, Rule } from '../../model/rule.js';
import type { SilenceMatcher } from '../../model/silence.js';
import type { Workflow } from '../../model/workflow.js';

/** What the HTTP API answers. Times are ISO 8601 UTC. */

export interface Session {
  readonly name: string;
  readonly role: 'read' | 'write' | 'ingest';
  /** Null = never. */
  readonly expires: string | null;
}

export type Alert = AlertChange & { readonly workflow: Workflow };
/** `incident`: the id of the one it is part of. */
export type AlertDetail = Alert & { readonly incident: string | null };
export type Incident = IncidentChange & { readonly workflow: Workflow };
export type IncidentDetail = Incident & { readonly alert_lines: readonly Alert[] };

export interface Page<T> {
  readonly total: number;
  readonly items: readonly T[];
}

export interface NowState {
  readonly at: string;
  readonly version: string;
  readonly uptime_seconds: number;
  readonly events_since_midnight: number;
  readonly rate: number;
  readonly sources: {
    readonly total: number;
    readonly up: number;
    readonly quiet: number;
    readonly dropping: number;
    readonly unparsed: number;
  };
  readonly incidents_open: number;
  readonly incidents_unclosed: number;
  readonly alerts_24h: number;
  readonly losses: readonly Loss[];
  readonly demo: { readonly running: boolean; readonly present: boolean };
  readonly empty: boolean;
}

export interface Loss {
  readonly code: string;
  readonly count: number;
  /** And why. */
  readonly what: string;
  readonly fix: string;
}

export interface StatsHistory {
  readonly step: number;
  readonly points: readonly { readonly at: string; readonly events: number; readonly alerts: number }[];
}

export interface AlertHistogram {
  readonly width: number;
  readonly buckets: readonly { readonly at: string; readonly counts: Readonly<Record<Level, number>> }[];
}

export interface Silence {
  readonly id: string;
  readonly matcher: SilenceMatcher;
  readonly reason: string;
  readonly by: string;
  readonly created: string;
  readonly expires: string;
  readonly active: boolean;
  readonly hits: number;
}

export interface SilencePreview {
  readonly alerts: number;
  readonly incidents: number;
  readonly items: readonly AlertChange[];
  /** There are more alerts than were looked at. */
  readonly partial: boolean;
}

/** Nested ECS, as `parse-line --json` prints it. */
export interface EventJson {
  readonly '@timestamp': string;
  readonly event: { readonly id: string; readonly original: string; readonly created?: string };
  readonly [name: string]: unknown;
}

export interface EventPage {
  readonly items: readonly EventJson[];
  readonly matches: number;
  readonly records: number;
  readonly skipped: number;
  readonly timed_out: boolean;
  readonly damage: readonly string[];
  readonly next: string | null;
}

export interface ValueCount {
  readonly value: string;
  readonly count: number;
}

/** What is known of an address, user or host. */
export interface EntityDetail {
  /** Null = in no stored event, or not found in time. */
  readonly first_seen: string | null;
  readonly first_cut: boolean;
  /** Of 24 h; more with `day_cut`. */
  readonly events: number;
  /** Hosts of an address or user, addresses of a host. */
  readonly elsewhere: readonly ValueCount[];
  readonly day_cut: boolean;
  /** Of 7 days. */
  readonly alerts: number;
}

export interface Facets {
  readonly facets: readonly { readonly field: string; readonly values: readonly ValueCount[] }[];
  readonly matches: number;
  readonly timed_out: boolean;
}

export interface EventHistogram {
  readonly width: number;
  readonly buckets: readonly { readonly at: string; readonly count: number }[];
  readonly matches: number;
  readonly timed_out: boolean;
}

export interface RuleHit {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly matches: readonly {
    readonly selection?: string;
    readonly field: string | null;
    readonly value: string;
  }[];
}

export interface EventDetail {
  readonly event: EventJson;
  readonly before: readonly EventJson[];
  readonly after: readonly EventJson[];
  /** Null = no rule could be asked. */
  readonly rules: readonly RuleHit[] | null;
}

export type QueryCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly message: string; readonly position: number };

/** The worst that is to be said of a source or a sender. */
export type Health = 'down' | 'dropping' | 'unparsed' | 'quiet' | 'fine';

export interface Sender {
  readonly address: string;
  readonly identity?: string;
  readonly host?: string;
  readonly records: number;
  readonly unrecognized: number;
  readonly formats: Readonly<Record<string, number>>;
  readonly rate: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly clock_skew_ms: number | null;
  readonly quiet: boolean;
  readonly health: Health;
  readonly sample: string;
}

export interface SourceCard {
  readonly name: string;
  readonly type: string;
  readonly reads: string;
  readonly transport: string;
  readonly up: boolean;
  readonly spoofable: boolean;
  readonly records: number;
  readonly bytes: number;
  readonly rate: number;
  readonly last_seen: string | null;
  /** Why it does not run. */
  readonly last_error?: string;
  readonly unrecognized: number;
  /** 0 to 1. */
  readonly parsed: number;
  readonly health: Health;
  /** Records that never reached detection. */
  readonly lost: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
  /** That could match what it sends; null = not known, or not yet. */
  readonly rules: number | null;
  /** Of all that are known, those that are silent and those heard last. */
  readonly senders: readonly Sender[];
  readonly senders_total: number;
}

export type RuleState = 'fires' | 'quiet' | 'no_data' | 'disabled';

export interface RuleLogsource {
  readonly product: string | null;
  readonly category: string | null;
  readonly service: string | null;
}

export interface RuleRow {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly kind: Rule['kind'];
  readonly file: string;
  readonly tags: readonly string[];
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly logsource: RuleLogsource | null;
  readonly enabled: boolean;
  readonly candidates: number;
  readonly matches: number;
  readonly firings: number;
  readonly milliseconds: number;
  readonly alerts: number;
  readonly last_alert: string | null;
  readonly state: RuleState;
  /** What does not arrive that it needs. */
  readonly lacks: {
    readonly what: 'logsource' | 'fields';
    /** It needs one of them. */
    readonly fields: readonly string[];
    /** Some normalizer knows events of its logsource. */
    readonly recognised: boolean;
    /** Of a correlation: the rule that lacks it. */
    readonly rule: {
      readonly id: string;
      readonly title: string;
      readonly logsource: RuleLogsource | null;
    } | null;
  } | null;
  /** That send events of its logsource; without `lacks` such as it could match. */
  readonly sources: readonly string[];
}

export type RuleDetail = RuleRow & {
  readonly text: string;
  readonly description: string;
  readonly falsepositives: readonly string[];
  readonly references: readonly string[];
  readonly recent: readonly AlertChange[];
};

export interface RefusedRule {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly message: string;
  /** One more fault of the rule above it. */
  readonly further: boolean;
}

export interface RuleList {
  readonly items: readonly RuleRow[];
  readonly refused: readonly RefusedRule[];
}

export interface RuleTest {
  readonly event: EventJson;
  readonly ok: boolean;
  readonly errors: readonly string[];
  readonly rules: readonly {
    readonly id: string;
    readonly title: string;
    readonly match: boolean;
    readonly explanation: string;
  }[];
}

export interface AttackMatrix {
  readonly tactics: readonly { readonly id: string; readonly name: string; readonly short: string }[];
  readonly techniques: readonly AttackCell[];
}

export interface AttackCell {
  readonly id: string;
  readonly name: string;
  readonly tactics: readonly string[];
  readonly rules: readonly { readonly id: string; readonly title: string; readonly state: RuleState }[];
  readonly state: 'covered' | 'no_data' | 'none';
}

export type AnomalyView =
  | { readonly enabled: false }
  | {
      readonly enabled: true;
      readonly model: string;
      readonly threshold: number;
      readonly trainedOn: number;
      readonly scored: number;
      readonly anomalies: number;
      readonly open: number;
      readonly profiles: number;
      readonly sample: number;
      readonly ranked: readonly RankedMinute[];
    };

export interface RankedMinute {
  readonly entity: string;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly score: number;
  readonly reason: string;
}
