import { validateCorrelations } from './correlation/correlate.js';
import type { Rule, RuleFault } from './model/rule.js';
import type { RuleChoice } from './model/rule-selector.js';
import type { RuleFile } from './protocol.js';
import { chooseRules } from './sigma/choose.js';
import { compileRules } from './sigma/compile.js';
import { loadRules } from './sigma/load.js';
import type { Placeholders } from './sigma/modifiers/expand.js';
import { applyPipelines } from './sigma/pipeline/apply.js';
import { readPipelines } from './sigma/pipeline/read.js';
import { neededFields, silencedRules } from './sigma/references.js';
import type { Ruleset } from './sigma/ruleset.js';

/** Rules ready for the second half of the line. */
export interface KeptRules {
  readonly ruleset: Pick<Ruleset, 'rules' | 'explain'>;
  /** Per rule the fields whose values correlations need of its hits. */
  readonly neededFields: readonly (readonly string[])[];
  /** Detection rules that raise no alert of their own. */
  readonly silenced: ReadonlySet<number>;
}

/** Rules ready for both halves. Same files, same result, on whatever thread. */
export interface BuiltRuleset extends KeptRules {
  readonly ruleset: Ruleset;
  readonly faults: readonly RuleFault[];
  /** Settings that have no effect, in words. */
  readonly warnings: readonly string[];
}

/** What `rules` of the configuration says of loaded rules. */
export interface RulesetOptions extends Partial<RuleChoice> {
  /** Values of `%name%` in items with `expand`. */
  readonly placeholders?: Placeholders;
  /** They are to run elsewhere: all that they say is kept, and correlations may be others than run here. */
  readonly elsewhere?: boolean;
}

/** Rules that are to run, as plain data: what all threads agree on. */
export interface ChosenRules {
  readonly rules: readonly Rule[];
  readonly silenced: ReadonlySet<number>;
  readonly faults: readonly RuleFault[];
  readonly warnings: readonly string[];
}

/** Rule files and the pipelines over them, ready to match. */
export function buildRuleset(files: readonly RuleFile[], options: RulesetOptions = {}): BuiltRuleset {
  const { rules, silenced, faults, warnings } = chooseRuleset(files, options);
  const ruleset = compileRules(rules, options);
  return {
    ruleset,
    neededFields: neededFields(rules),
    silenced,
    faults: [...faults, ...ruleset.faults],
    warnings,
  };
}

/** A pipeline with a fault loads no rule: they would match something else. */
export function chooseRuleset(files: readonly RuleFile[], options: RulesetOptions): ChosenRules {
  const pipelines = readPipelines(files.filter(({ kind }) => kind === 'pipeline'));
  const loaded = loadRules(
    pipelines.faults.length > 0 ? [] : files.filter(({ kind }) => kind !== 'pipeline'),
    options.elsewhere,
  );
  const chosen = chooseRules(loaded.rules, { only: [], disable: [], enable: [], ...options });
  const packaged = new Set(files.filter(({ kind }) => kind === 'packaged').map(({ path }) => path));
  const processed = applyPipelines(chosen.rules, pipelines.pipelines, ({ place }) =>
    packaged.has(place.file),
  );
  const correlationFaults = options.elsewhere === true ? [] : validateCorrelations(processed.rules);
  const rules = withoutRefused(processed.rules, correlationFaults);
  // Also by correlations that are refused: their parts were not meant to alert alone.
  const silent = new Set(chosen.silent);
  for (const index of silencedRules(chosen.rules)) silent.add(chosen.rules[index]!.id);
  const silenced = new Set(rules.flatMap(({ id }, index) => (silent.has(id) ? [index] : [])));
  return {
    rules,
    silenced,
    faults: [...pipelines.faults, ...loaded.faults, ...processed.faults, ...correlationFaults],
    warnings: pipelines.faults.length > 0 ? [] : chosen.warnings,
  };
}

/** Without the correlations that cannot run, and what was split off from them. */
function withoutRefused(rules: readonly Rule[], faults: readonly RuleFault[]): readonly Rule[] {
  const refused = new Set(faults.map(({ place }) => `${place.file}:${place.line}`));
  const kept = rules.filter(
    ({ kind, place }) => kind !== 'correlation' || !refused.has(`${place.file}:${place.line}`),
  );
  const ids = new Set(kept.map(({ id }) => id));
  return kept.filter(
    (rule) => rule.kind !== 'detection' || rule.partOf === undefined || ids.has(rule.partOf),
  );
}
