import { type CorrelationRule, DERIVED_FIELDS, type Rule, type RuleFault } from '../../model/rule.js';
import { faultOf } from '../read/document-faults.js';
import { aliasedField, RuleIndex } from '../references.js';
import { RuleError } from '../rule-error.js';

/** By id of a rule: the fields that correlations read of its hits, and what pipelines call them now. */
type ReadNames = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/**
 * Correlations with the fields that they read called as in the rules that they count, each by its own name: where
 * these differ the field stays an alias. One that reads a field of several names is refused.
 */
export function withReadFields(
  rules: readonly Rule[],
  names: ReadNames,
): { readonly rules: readonly Rule[]; readonly faults: readonly RuleFault[] } {
  const naming = new Naming(rules, names);
  const faults: RuleFault[] = [];
  const renamed = rules.flatMap((rule): Rule[] => {
    if (rule.kind !== 'correlation') return [rule];
    try {
      return [naming.renamed(rule)];
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      faults.push(faultOf(error, rule.place.file, rule.place.line));
      return [];
    }
  });
  return { rules: renamed, faults };
}

class Naming {
  readonly #rules: readonly Rule[];
  readonly #names: ReadNames;
  readonly #index: RuleIndex;

  constructor(rules: readonly Rule[], names: ReadNames) {
    this.#rules = rules;
    this.#names = names;
    this.#index = new RuleIndex(rules);
  }

  renamed(rule: CorrelationRule): CorrelationRule {
    const fields = [...new Set([...rule.groupBy, ...(rule.condition?.fields ?? [])])];
    const changed = new Map(fields.map((field) => [field, this.#newName(rule, field, 0)]));
    const aliases = new Map(rule.aliases);
    for (const [field, name] of changed) {
      const own = this.#namesByReference(rule, field, 0).filter(([, one]) => one !== name);
      aliases.delete(field);
      if (own.length > 0) aliases.set(name, new Map(own));
    }
    const nameOf = (field: string): string => changed.get(field)!;
    const { condition } = rule;
    return {
      ...rule,
      groupBy: rule.groupBy.map(nameOf),
      aliases,
      condition: condition === null ? null : { ...condition, fields: condition.fields.map(nameOf) },
    };
  }

  /** What all rules call it; if they do not agree the name it has. */
  #newName(rule: CorrelationRule, field: string, depth: number): string {
    if (DERIVED_FIELDS.includes(field)) return field;
    const [first, ...others] = this.#namesByReference(rule, field, depth).map(([, name]) => name);
    return first !== undefined && others.every((name) => name === first) ? first : field;
  }

  /** Of the rules that it names: as it names them, and what each calls the field. */
  #namesByReference(rule: CorrelationRule, field: string, depth: number): (readonly [string, string])[] {
    if (DERIVED_FIELDS.includes(field)) return [];
    return rule.rules.flatMap((reference) => {
      const target = this.#index.find(reference);
      // Circles are refused at load; the depth guards callers that skipped that.
      if (target === undefined || depth > this.#rules.length) return [];
      const other = this.#rules[target]!;
      const own = aliasedField(rule, field, target, this.#index);
      if (other.kind === 'correlation') return [[reference, this.#newName(other, own, depth + 1)] as const];
      const [name = own, ...more] = this.#names.get(other.id)?.get(own) ?? [];
      if (more.length === 0) return [[reference, name] as const];
      throw new RuleError(
        'rule.pipeline',
        `The pipeline gives "${own}", which the correlation reads, several names (${[name, ...more].join(', ')}); give it one.`,
      );
    });
  }
}
