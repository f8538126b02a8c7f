import type { AnomalyFinding } from '../model/alert.js';
import type { CorrelationRule, DetectionRule, Level } from '../model/rule.js';
import type { Evidence, GroupValue, Subject } from '../model/signal.js';

/** A rule that can alert. */
export type AlertingRule = DetectionRule | CorrelationRule;

/** Why an alert is raised: a hit of a detection rule or a firing of a correlation. */
export interface AlertCause {
  /** Event time, ms: of the hit, or of the hit that completed the firing. */
  readonly time: number;
  /** Event time of the first hit that took part, ms; `time` for a single hit. */
  readonly since: number;
  /** Receive time, ms. */
  readonly receivedAt: number;
  /** Position of the hit: `event.id` = `${seq}-${index}`. */
  readonly seq: number;
  readonly index: number;
  /** How many occurrences it stands for, at least 1. */
  readonly repeat: number;
  readonly entity: string;
  readonly subject: Subject;
  /** Source address that session attribution found, null when the event names its own or none was found. */
  readonly attributedIp: string | null;
  /** Group-by fields of a correlation with their values; empty = the entity is the group. */
  readonly group: readonly GroupValue[];
  /** What a correlation observed (count, sum, …); null for detections. */
  readonly value: number | null;
  readonly evidence: readonly Evidence[];
  /** Of the anomaly rule: what was found, and why in words. */
  readonly anomaly?: { readonly finding: AnomalyFinding; readonly reason: string };
  /** Why in words, when the rule does not tell. */
  readonly reason?: string;
  /** The alert stays open, however quiet, until it is ended by `AlertBook.end`. */
  readonly held?: boolean;
  /** Severity when it is not the rule's level. */
  readonly severity?: Level;
}
