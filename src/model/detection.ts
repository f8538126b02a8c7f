import type { DetectionRule } from './rule.js';

/** Why a rule matched: one selection item that was true, and the value it saw. */
export interface Match {
  readonly selection: string;
  /** Field as the rule names it; null = keyword. */
  readonly field: string | null;
  /** The rule's value, as written, shortened to 200 characters. */
  readonly pattern: string;
  /** The event's value as text, shortened to 200 characters. */
  readonly value: string;
}

/** One rule matched one event. */
export interface Detection {
  readonly rule: DetectionRule;
}
