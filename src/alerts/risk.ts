import type { Level } from '../model/rule.js';

/** What an incident's risk is reckoned from: the worst alert of one rule. */
export interface RiskPart {
  readonly severity: Level;
  /** Event time of its last hit, ms. */
  readonly lastSeen: number;
}

/** How likely one rule of this severity alone is right about an attack that matters. */
const WEIGHTS: Record<Level, number> = {
  informational: 0.02,
  low: 0.08,
  medium: 0.2,
  high: 0.4,
  critical: 0.65,
};
/** What stays of the doubt with every tactic beyond the first. */
const DOUBT_PER_TACTIC = 0.9;
/** After so long a rule's word weighs half. */
const HALF_LIFE_MS = 24 * 3600e3;

/**
 * The risk of an incident at time `at` (ms), a whole number from 0 to 100:
 *
 *   100 × (1 − doubt),   doubt = Π over rules (1 − weight of its severity × ½^(age / 24 h)) × 0.9^(tactics − 1)
 *
 * The rules are taken as witnesses who do not know of each other; one that speaks often is still one. Age is that of the
 * rule's last hit. More rules, severities or tactics never lower it; time does.
 */
export function riskOf(parts: readonly RiskPart[], tactics: number, at: number): number {
  let doubt = DOUBT_PER_TACTIC ** Math.max(0, tactics - 1);
  for (const { severity, lastSeen } of parts) {
    doubt *= 1 - WEIGHTS[severity] * 0.5 ** (Math.max(0, at - lastSeen) / HALF_LIFE_MS);
  }
  return Math.round(100 * (1 - doubt));
}
