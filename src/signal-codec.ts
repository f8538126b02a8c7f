import type { Match } from './model/detection.js';
import type { EvidenceOrigin, Signal, Subject } from './model/signal.js';

/** What evidence says of its chunk and rule. */
export interface SignalOrigin {
  readonly seq: number;
  readonly source: string;
  readonly clock: number;
  readonly ruleId: (rule: number) => string;
}

/**
 * Signals as one JSON text of plain rows: between threads this is several times cheaper than structured cloning of
 * the objects, whose keys are written and read again for each.
 *
 *   rule     [rule, subject, values, hits, original, matches, peer]     the evidence is the first of the hits
 *   session  [change, session, subject, index, time]
 */
type SubjectRow = readonly [
  sourceIp: string | null,
  host: string | null,
  user: string | null,
  targetUser: string | null,
  program: string | null,
  pid: number | null,
  tty: string | null,
  sessionId: string | null,
  destinationIp: string | null,
];
type MatchRow = readonly [selection: string, field: string | null, pattern: string, value: string];
type RuleRow = readonly [
  rule: number,
  subject: SubjectRow,
  values: readonly (string | null)[],
  hits: number[],
  original: string,
  /** null: to be found out from the original, which came from this peer. */
  matches: readonly MatchRow[] | null,
  peer: string | null,
];
type SessionRow = readonly [
  change: 'open' | 'close',
  session: 'login' | 'elevated',
  subject: SubjectRow,
  index: number,
  time: number,
];

export function encodeSignals(signals: readonly Signal[]): string {
  return signals.length === 0 ? '' : JSON.stringify(signals.map(rowOf));
}

export function decodeSignals(text: string, origin: SignalOrigin): Signal[] {
  return text === '' ? [] : (JSON.parse(text) as (RuleRow | SessionRow)[]).map(signalReader(origin));
}

function rowOf(signal: Signal): RuleRow | SessionRow {
  const subject = subjectRow(signal.subject);
  if (signal.kind === 'session') return [signal.change, signal.session, subject, signal.index, signal.time];
  const { original, matches, origin } = signal.evidence;
  const why = matches === null ? null : matches.map(matchRow);
  return [signal.rule, subject, signal.values, signal.hits, original, why, origin?.peer ?? null];
}

/** Evidence of one rule and peer shares its origin: it may be kept for long. */
function signalReader({ seq, source, clock, ruleId }: SignalOrigin): (row: RuleRow | SessionRow) => Signal {
  const origins = new Map<number, EvidenceOrigin>();
  const originOf = (rule: number, peer: string | null): EvidenceOrigin => {
    const known = origins.get(rule);
    if (known?.peer === peer) return known;
    const origin = { rule: ruleId(rule), source, clock, peer };
    origins.set(rule, origin);
    return origin;
  };
  return (row) => {
    if (isSession(row)) {
      const [change, session, subject, index, time] = row;
      return { kind: 'session', change, session, subject: subjectOf(subject), index, time };
    }
    const [rule, subject, values, hits, original, matches, peer] = row;
    const eventId = `${seq}-${hits[0]}`;
    return {
      kind: 'rule',
      rule,
      subject: subjectOf(subject),
      values,
      hits,
      evidence:
        matches === null
          ? { eventId, original, matches, origin: originOf(rule, peer) }
          : { eventId, original, matches: matches.map(matchOf) },
    };
  };
}

function isSession(row: RuleRow | SessionRow): row is SessionRow {
  return typeof row[0] === 'string';
}

function subjectRow(subject: Subject): SubjectRow {
  const { sourceIp, host, user, targetUser, program, pid, tty, sessionId, destinationIp } = subject;
  return [sourceIp, host, user, targetUser, program, pid, tty, sessionId, destinationIp];
}

function subjectOf(row: SubjectRow): Subject {
  const [sourceIp, host, user, targetUser, program, pid, tty, sessionId, destinationIp] = row;
  return { sourceIp, host, user, targetUser, program, pid, tty, sessionId, destinationIp };
}

function matchRow({ selection, field, pattern, value }: Match): MatchRow {
  return [selection, field, pattern, value];
}

function matchOf([selection, field, pattern, value]: MatchRow): Match {
  return { selection, field, pattern, value };
}
