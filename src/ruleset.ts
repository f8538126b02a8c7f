import { validateCorrelations } from './correlation/correlate.js';
import type { Rule, RuleFault } from './model/rule.js';
import type { RuleFile } from './protocol.js';
import { compileRules } from './sigma/compile.js';
import { loadRules } from './sigma/load.js';
import { neededFields, silencedRules } from './sigma/references.js';
import type { Ruleset } from './sigma/ruleset.js';

/** Rules ready for both halves of the line. Same files, same result, on whatever thread. */
export interface BuiltRuleset {
  readonly ruleset: Ruleset;
  /** Per rule the fields whose values correlations need of its hits. */
  readonly neededFields: readonly (readonly string[])[];
  /** Detection rules that raise no alert of their own. */
  readonly silenced: ReadonlySet<number>;
  readonly faults: readonly RuleFault[];
}

export function buildRuleset(files: readonly RuleFile[], disable: readonly string[]): BuiltRuleset {
  const loaded = loadRules(files);
  const off = new Set(disable);
  const enabled = loaded.rules.filter(
    (rule) => !off.has(rule.id) && (rule.name === null || !off.has(rule.name)),
  );
  const correlationFaults = validateCorrelations(enabled);
  const refused = new Set(correlationFaults.map(({ place }) => `${place.file}:${place.line}`));
  const rules = enabled.filter((rule) => rule.kind !== 'correlation' || !refused.has(placeOf(rule)));
  const compiled = compileRules(rules);
  return {
    ruleset: compiled,
    neededFields: neededFields(compiled.rules),
    silenced: silencedRules(compiled.rules),
    faults: [...loaded.faults, ...correlationFaults, ...compiled.faults],
  };
}

function placeOf(rule: Rule): string {
  return `${rule.place.file}:${rule.place.line}`;
}
