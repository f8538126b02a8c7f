import type { Match } from './detection.js';

/** The fields that entity, session attribution and alerts read from the event of a hit. */
export interface Subject {
  readonly sourceIp: string | null;
  readonly host: string | null;
  readonly user: string | null;
  readonly targetUser: string | null;
  readonly program: string | null;
  readonly pid: number | null;
  readonly tty: string | null;
  readonly sessionId: string | null;
  readonly destinationIp: string | null;
}

/** A group-by field (or alias) and the value that a group of hits shares. */
export type GroupValue = readonly [field: string, value: string];

/** One event that stands for a folded group of hits. */
export interface Evidence {
  readonly eventId: string;
  /** The record as received, cut to 4 KiB. */
  readonly original: string;
  readonly matches: readonly Match[];
}

/**
 * Hits of one rule in one chunk that share subject and values, folded. Crosses threads, so plain data only.
 * `hits` holds triples (record index, event time ms, repeat count), ascending by index; the keeper merges the
 * signals of a chunk back into record order.
 */
export interface RuleSignal {
  readonly kind: 'rule';
  /** Index into the ruleset's `rules`. */
  readonly rule: number;
  readonly subject: Subject;
  /** Values of the ruleset's `neededFields[rule]`, same order; null = absent. */
  readonly values: readonly (string | null)[];
  readonly hits: number[];
  readonly evidence: Evidence;
}

/** A session opened or closed: input of session attribution. */
export interface SessionSignal {
  readonly kind: 'session';
  readonly change: 'open' | 'close';
  readonly session: 'login' | 'elevated';
  readonly subject: Subject;
  readonly index: number;
  readonly time: number;
}

export type Signal = RuleSignal | SessionSignal;
