import {
  type CorrelationRule,
  DERIVED_FIELDS,
  type DetectionRule,
  type FilterRule,
  type Rule,
  type RuleFault,
} from '../../model/rule.js';
import { appliesTo } from '../match/route.js';
import type { Placeholders } from '../modifiers/expand.js';
import { faultOf } from '../read/document-faults.js';
import { aliasedField, RuleIndex } from '../references.js';
import { quoted, RuleError } from '../rule-error.js';
import { type BaseRule, type Converted, type Converter, NotExpressible } from './backend.js';
import { type Expression, ruleExpressions } from './expression.js';

export interface ConvertedRules {
  readonly converted: readonly Converted[];
  /** Of rules that could not be converted. */
  readonly faults: readonly RuleFault[];
}

/** Loaded rules as queries; those that are `silenced` only as part of the correlations that name them. */
export function convertRules(
  rules: readonly Rule[],
  converter: Converter,
  { placeholders, silenced }: { placeholders: Placeholders; silenced: ReadonlySet<number> },
): ConvertedRules {
  const subjects = new Subjects(rules, placeholders);
  const converted: Converted[] = [];
  const faults: RuleFault[] = [];
  rules.forEach((rule, at) => {
    if (rule.kind === 'filter' || silenced.has(at)) return;
    const { file, line } = rule.place;
    try {
      converted.push(
        rule.kind === 'detection'
          ? converter.detection(rule, subjects.expressionsOf(rule))
          : converter.correlation(rule, subjects.basesOf(rule)),
      );
    } catch (error) {
      if (error instanceof RuleError) faults.push(faultOf(error, file, line));
      else if (error instanceof NotExpressible)
        faults.push({ place: rule.place, code: 'rule.conversion', message: error.message });
      else throw error;
    }
  });
  return { converted, faults };
}

class Subjects {
  readonly #rules: readonly Rule[];
  readonly #filters: readonly FilterRule[];
  readonly #placeholders: Placeholders;
  readonly #index: RuleIndex;

  constructor(rules: readonly Rule[], placeholders: Placeholders) {
    this.#rules = rules;
    this.#filters = rules.filter((rule) => rule.kind === 'filter');
    this.#placeholders = placeholders;
    this.#index = new RuleIndex(rules);
  }

  expressionsOf(rule: DetectionRule): Expression[] {
    const filters = this.#filters.filter((filter) => appliesTo(filter, rule));
    return ruleExpressions(rule, filters, this.#placeholders);
  }

  basesOf(correlation: CorrelationRule): BaseRule[] {
    const asked = [...correlation.groupBy, ...(correlation.condition?.fields ?? [])];
    const derived = asked.find((field) => DERIVED_FIELDS.includes(field));
    if (derived !== undefined)
      throw new NotExpressible(`Only Vedette knows the field "${derived}"; group by one of the events' own.`);
    return this.#index.referenced(correlation).map((target) => {
      const rule = this.#rules[target]!;
      if (rule.kind !== 'detection')
        throw new NotExpressible(
          `It counts the correlation ${quoted(rule.title)}; a query can only count what detection rules find.`,
        );
      const names = asked.map(
        (field) => [field, aliasedField(correlation, field, target, this.#index)] as const,
      );
      const aliases = new Map(names.filter(([field, name]) => field !== name));
      return { rule, expressions: this.expressionsOf(rule), aliases };
    });
  }
}
