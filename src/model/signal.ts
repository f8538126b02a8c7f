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

/**
 * One event that stands for a folded group of hits. Most evidence is never shown, so why the rule matched is found out
 * when it is: `matches` is null then, and `origin` says how to read `original` again.
 */
export interface Evidence {
  /** Position of the event: `event.id` = `${seq}-${index}`. */
  readonly seq: number;
  readonly index: number;
  /** The record as received, cut to 4 KiB. */
  readonly original: string;
  readonly matches: readonly Match[] | null;
  /** Given where `matches` is null. */
  readonly origin?: EvidenceOrigin;
}

export interface EvidenceOrigin {
  /** Id of the rule that matched. */
  readonly rule: string;
  /** Name of the source that the record came from. */
  readonly source: string;
  /** The chunk's clock, ms. */
  readonly clock: number;
  readonly peer: string | null;
}

/** Whether both are of the same event. */
export function isSameEvent(a: Evidence, b: Evidence): boolean {
  return a.index === b.index && a.seq === b.seq;
}

/** Why the rule matched, whether written down or not. */
export type MatchesOf = (evidence: Evidence) => readonly Match[];

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
