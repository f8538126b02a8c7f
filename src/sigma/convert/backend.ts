import type { CorrelationRule, DetectionRule } from '../../model/rule.js';
import type { Expression } from './expression.js';

/** A query language that Sigma rules can be written in. */
export interface Backend {
  readonly summary: string;
  /** What is written, by name; the first unless somebody asks for another. */
  readonly formats: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, BackendOption>>;
  /** Options are read and complete. */
  readonly open: (options: OptionValues) => Converter;
}

export interface BackendOption {
  /** `flag` is true or false; `time` a number and a unit, such as 5m; `count` a whole number of at least 1. */
  readonly kind: 'flag' | 'text' | 'time' | 'count';
  readonly default: string | number | boolean;
  readonly summary: string;
  /** What is wrong with a value, in words; null = nothing. */
  readonly check?: (value: string) => string | null;
}

export type OptionValues = Readonly<Record<string, string | number | boolean>>;

/** Throws NotExpressible, or RuleError for what is wrong with the rule itself. */
export interface Converter {
  readonly detection: (rule: DetectionRule, expressions: readonly Expression[]) => Converted;
  /** `base`: what it counts, in its order. */
  readonly correlation: (rule: CorrelationRule, base: readonly BaseRule[]) => Converted;
  /** All that was converted as one text of a format. */
  readonly render: (format: string, converted: readonly Converted[]) => string;
}

/** A rule that a correlation names. */
export interface BaseRule {
  readonly rule: DetectionRule;
  readonly expressions: readonly Expression[];
  /** What the correlation calls a field of it, and its name there. */
  readonly aliases: ReadonlyMap<string, string>;
}

export interface Converted {
  readonly rule: DetectionRule | CorrelationRule;
  /** An event is found by the rule when one of them finds it. */
  readonly queries: readonly string[];
  /** The same to be counted, or the condition that is to hold. */
  readonly metrics: readonly string[];
  /** What is to be known about the queries, in words. */
  readonly warnings: readonly string[];
}

/** Why a rule cannot be written in a query language. */
export class NotExpressible extends Error {}
