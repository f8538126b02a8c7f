import type { AlertChange } from './alert.js';
import type { Level } from './rule.js';

/** What a rule would have done to the stored log. */
export interface RuleOutcome {
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  readonly kind: 'detection' | 'correlation';
  readonly file: string;
  readonly line: number;
  /** Asked for; else it is a correlation over such a rule, or a rule that a correlation needs. */
  readonly asked: boolean;
  /** Why it raises no alerts; null = it does. */
  readonly silent: 'below_min_severity' | 'counted_by_correlation' | null;
  /** Events it matched; of a correlation how often it fired. */
  readonly hits: number;
  /** Alerts it would have opened. */
  readonly alerts: number;
  /** ISO 8601 UTC. */
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  /** Those with most hits first: of its alerts, or of its hits when it raises none. */
  readonly entities: readonly { readonly entity: string; readonly hits: number }[];
  readonly entity_count: number;
  /** Alerts as they were opened, the newest last. */
  readonly samples: readonly AlertChange[];
}
