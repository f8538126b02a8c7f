import type { Json } from '../../model/json.js';
import type { CorrelationRule, DetectionRule, FieldItem, RulePlace } from '../../model/rule.js';

/** A processing pipeline, as pySigma defined them: steps that fit rules to the names and values of other events. */
export interface Pipeline {
  readonly name: string;
  readonly place: RulePlace;
  /** Lower ones come first. */
  readonly priority: number;
  readonly vars: Vars;
  readonly steps: readonly Step[];
}

export type Vars = ReadonlyMap<string, readonly string[]>;

/** A processing item: what is done, and to which rules, detection items and fields. */
export interface Step {
  readonly id: string | null;
  readonly transformation: Transformation;
  readonly onRule: (subject: Subject) => boolean;
  readonly onItem: (item: FieldItem, subject: Subject) => boolean;
  readonly onField: (field: string | null, subject: Subject) => boolean;
}

/** A rule on its way through pipelines, and what the conditions of later steps may ask about it. */
export interface Subject {
  rule: DetectionRule | CorrelationRule;
  /** Of a correlation: the rules that it names. */
  readonly referenced: readonly Subject[];
  /** Ids of the steps that were applied, in all, by item and by field. */
  readonly applied: Set<string>;
  readonly byItem: Map<FieldItem, ReadonlySet<string>>;
  readonly byField: Map<string, ReadonlySet<string>>;
  /** What `set_state` has set. */
  readonly state: Map<string, Json>;
  /** Fields that correlations read of the rule's hits, and the names that they have by now. */
  readonly read: Map<string, readonly string[]>;
}

/** What a step does to a rule that meets its conditions. Throws RuleError to refuse the rule. */
export interface Transformation {
  apply(subject: Subject, step: StepRun): void;
}

/** A step in the pipeline that it runs in. */
export interface StepRun {
  readonly step: Step;
  readonly vars: Vars;
}
