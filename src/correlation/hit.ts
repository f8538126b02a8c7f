import type { Evidence, GroupValue, Subject } from '../model/signal.js';

/** One record matched one rule: a signal's hit in log order, attributed. */
export interface Hit {
  /** Index into the rules the correlator was made with. */
  readonly rule: number;
  /** Event time, ms. */
  readonly time: number;
  /** Receive time, ms. */
  readonly receivedAt: number;
  /** Position: `event.id` = `${seq}-${index}`. */
  readonly seq: number;
  readonly index: number;
  /** Not the hit itself but the silence after it: a number below -1, different for each. */
  readonly silence?: number;
  /** How many occurrences the record stands for, at least 1. */
  readonly repeat: number;
  /** `entityOf` the subject. */
  readonly entity: string;
  readonly subject: Subject;
  /** Source address that session attribution found; null when the event names its own or none was found. */
  readonly attributedIp: string | null;
  /** Values of `neededFields[rule]`, same order; null = absent. */
  readonly values: readonly (string | null)[];
  readonly evidence: Evidence;
}

/** A correlation came true. Has everything that an alert needs. */
export interface Firing {
  /** Index of the correlation rule. */
  readonly rule: number;
  /** Event time, ms, of the end of the window that came true. */
  readonly time: number;
  /** Event time, ms, of the earliest evidence. */
  readonly since: number;
  /** Of the hit that made it fire; when silence did, the receive time at which that was known. */
  readonly receivedAt: number;
  /** Of the hit that made it fire; when silence did, of the hit that it followed. */
  readonly seq: number;
  readonly index: number;
  readonly repeat: 1;
  readonly entity: string;
  readonly subject: Subject;
  readonly attributedIp: string | null;
  /** Group-by fields in the rule's order; empty without group-by. */
  readonly group: readonly GroupValue[];
  /** What was observed: count, distinct values, rules seen, sum, … */
  readonly value: number;
  /** A few: the first of every step and the newest, by event time. */
  readonly evidence: readonly Evidence[];
}
