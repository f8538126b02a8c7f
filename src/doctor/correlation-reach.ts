import type { CorrelationRule, DetectionRule, Rule } from '../model/rule.js';
import { RuleIndex } from '../sigma/references.js';

/**
 * Of the correlations that can never fire, because nothing that was seen could have met a rule that they need: that rule.
 *
 * @param isIdle of a detection rule
 */
export function stalledBy(
  rules: readonly Rule[],
  isIdle: (rule: DetectionRule) => boolean,
): ReadonlyMap<CorrelationRule, DetectionRule> {
  const index = new RuleIndex(rules);
  const known = new Map<Rule, DetectionRule | null>();
  const causeOf = (rule: Rule): DetectionRule | null => {
    if (rule.kind === 'detection') return isIdle(rule) ? rule : null;
    if (rule.kind === 'filter') return null;
    const before = known.get(rule);
    if (before !== undefined) return before;
    // Should it need itself, that is no reason.
    known.set(rule, null);
    const causes = index.referenced(needed(rule)).map((at) => causeOf(rules[at]!));
    const found = causes.filter((cause) => cause !== null);
    const stalls = needsAll(rule) ? found.length > 0 : found.length === causes.length;
    const cause = stalls ? (found[0] ?? null) : null;
    known.set(rule, cause);
    return cause;
  };
  for (const rule of rules) if (rule.kind === 'correlation') causeOf(rule);
  return new Map(
    [...known].flatMap(([rule, cause]) =>
      rule.kind === 'correlation' && cause !== null ? [[rule, cause] as const] : [],
    ),
  );
}

/** Without the one that must not come, unless it is all there is. */
function needed(rule: CorrelationRule): CorrelationRule {
  const others = rule.rules.filter((name) => name !== rule.absent);
  return others.length === 0 ? rule : { ...rule, rules: others };
}

/** Each of its rules has to hit; else it may be that one is enough. */
function needsAll({ type, condition }: CorrelationRule): boolean {
  return (type === 'temporal' || type === 'temporal_ordered') && condition === null;
}
