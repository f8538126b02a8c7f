import type { RulePlace } from './rule.js';

/**
 * `error`: the rule does not do what it says, or breaks a must of Sigma. `warning`: it very likely does not do what
 * was meant, or breaks a should. `info`: it can be said better.
 */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** One thing to say about a rule file. */
export interface Finding {
  /** `family.what`, never renamed. */
  readonly code: string;
  readonly severity: Severity;
  readonly place: RulePlace;
  /** Title of the rule; null where it cannot be read. */
  readonly title: string | null;
  /** What is wrong and why that matters. */
  readonly message: string;
  /** What to do; null where the message says it. Lines after the first are the rule as it can be written. */
  readonly fix: string | null;
}
