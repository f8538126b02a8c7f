import type { Json, JsonObject } from './json.js';

/** Sigma words, lowest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** Where a rule was read from: for messages, alerts and duplicate reports. */
export interface RulePlace {
  /** Path as shown to people: relative for packaged rules, as given for others. */
  readonly file: string;
  /** 1-based line of the document in the file. */
  readonly line: number;
}

/** The logsource a rule asks for; null = not named (Sigma rules specification, "Log source"). */
export interface RuleLogsource {
  readonly category: string | null;
  readonly product: string | null;
  readonly service: string | null;
}

export const RELATION_TYPES = ['derived', 'obsolete', 'merged', 'renamed', 'similar'] as const;

/** What a rule says of another one (Sigma rules specification, "Related"). */
export interface RelatedRule {
  readonly id: string;
  /** `obsolete`, `merged`, `renamed`: this rule stands in the place of that one. */
  readonly type: (typeof RELATION_TYPES)[number];
}

/** What every kind of rule document has. */
export interface RuleMeta {
  readonly id: string;
  readonly name: string | null;
  readonly title: string;
  readonly description: string | null;
  readonly status: string | null;
  readonly level: Level;
  /** Sigma tags as written, e.g. `attack.t1110.001`. */
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
  readonly related: readonly RelatedRule[];
  readonly place: RulePlace;
  /** SHA-256 (hex, 16 digits) over what decides matches: same hash, same behaviour. */
  readonly hash: string;
  /** Top-level keys that Sigma does not define, kept as they are; `vedette:` holds our extensions. */
  readonly custom: JsonObject;
  /** Kept where somebody asks for it: no event is matched by it. */
  readonly report?: RuleReport;
}

/** What a rule says for people and their tools, as it is written there. */
export interface RuleReport {
  readonly id: string | null;
  readonly author: string | null;
  readonly level: Level | null;
  /** Fields that are worth showing of a match. */
  readonly fields: readonly string[];
}

export interface DetectionRule extends RuleMeta {
  readonly kind: 'detection';
  readonly logsource: RuleLogsource;
  readonly selections: ReadonlyMap<string, Selection>;
  /** Several conditions are alternatives. */
  readonly conditions: readonly Condition[];
  /** Id of the correlation that this rule was split off from: it runs as part of it and raises no alert. */
  readonly partOf?: string;
  /** Its conditions hold those of the filters on it already: a pipeline has gone over both. */
  readonly filtered?: true;
}

/** A search identifier: alternatives of conjunctions, or keywords. `every` comes of fields with several names. */
export type Selection =
  | { readonly kind: 'all'; readonly items: readonly FieldItem[] }
  | { readonly kind: 'any' | 'every'; readonly of: readonly Selection[] };

/** `field|modifier|…: value(s)`; field null = keyword over the whole event. */
export interface FieldItem {
  readonly field: string | null;
  readonly modifiers: readonly string[];
  readonly values: readonly Json[];
  /** Values of `%name%` that a pipeline gave; they win over those of the configuration. */
  readonly placeholders?: Readonly<Record<string, readonly string[]>>;
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'at_least'; readonly count: number; readonly of: readonly Condition[] }
  | { readonly kind: 'selection'; readonly name: string };

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export interface CorrelationRule extends RuleMeta {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids or names of rules or other correlations, as written. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** Range that the count or value must satisfy; all must hold. Null for temporal types without one. */
  readonly condition: CorrelationCondition | null;
  /** alias → rule reference → field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /**
   * Also alert on the referenced rules themselves. Null = not written: they are silenced within the same file only
   * (DESIGN §5).
   */
  readonly generate: boolean | null;
  /**
   * When it fires again: after its state was cleared, on each hit while true, or on each hit that brings a value not in
   * the window yet (`value_count` only).
   */
  readonly refire: 'reset' | 'each' | 'new';
  /** `vedette: {absent: …}`: the last of `rules`, as written there, which must not follow the first. */
  readonly absent?: string;
}

/** Fields that correlations derive of every hit: to group by and to count. */
export const DERIVED_FIELDS: readonly string[] = ['entity', 'source.network', 'event.hour'];

/** How people are shown the bounds of a condition. */
export const BOUND_SIGNS = { gt: '>', gte: '≥', lt: '<', lte: '≤', eq: '=', neq: '≠' } as const;

export interface CorrelationCondition {
  readonly bounds: readonly {
    readonly op: 'gt' | 'gte' | 'lt' | 'lte' | 'eq' | 'neq';
    readonly value: number;
  }[];
  /** Field or fields of value_* types. */
  readonly fields: readonly string[];
  readonly percentile: number | null;
  /** Extended condition of temporal types, as written. */
  readonly expression: string | null;
}

export interface FilterRule extends RuleMeta {
  readonly kind: 'filter';
  readonly logsource: RuleLogsource;
  /** Rule ids or names, or `any`. */
  readonly rules: readonly string[] | 'any';
  readonly selections: ReadonlyMap<string, Selection>;
  readonly conditions: readonly Condition[];
}

export type Rule = DetectionRule | CorrelationRule | FilterRule;

/** A rule, or part of one, that was refused, in words for the person who wrote it. */
export interface RuleFault {
  readonly place: RulePlace;
  readonly code: string;
  /** What is wrong, what was expected, what to do. */
  readonly message: string;
  /** The rule as it can be written instead: YAML, several lines. */
  readonly rewrite?: string;
  /** The rule has a fault before this one, with which it counts as refused. */
  readonly further?: boolean;
}

/** How many rules were refused: one can have several faults. */
export function refusedRules(faults: readonly RuleFault[]): number {
  return faults.filter(({ further }) => further !== true).length;
}
