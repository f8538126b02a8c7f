import { detectionTime, type Event } from './model/event.js';
import type { Evidence, RuleSignal, SessionSignal, Signal, Subject } from './model/signal.js';
import type { EventView } from './sigma/event-view.js';
import type { Ruleset } from './sigma/ruleset.js';

const MAX_ORIGINAL = 4096;
const MAX_VALUE = 1024;
/**
 * Hits are folded that happened less than this from the one whose evidence stands for them: no window is shorter, and what an alert shows is of its
 * own time. A chunk of a quiet file may span days.
 */
const FOLDED_MS = 1000;

/**
 * Folds the hits of one chunk: a hit with the subject and values of the newest one of its rule and source, less than a second from it, becomes
 * part of that signal, which holds the positions and times of all and the evidence of the first. What an attack repeats ten
 * thousand times crosses threads once.
 */
export class SignalFolder {
  readonly #ruleset: Ruleset;
  readonly #chunk: { readonly source: string; readonly clock: number };
  readonly #neededFields: readonly (readonly string[])[];
  readonly #rules: RuleSignal[] = [];
  readonly #sessions: SessionSignal[] = [];
  /** Per rule the newest signal by source address or host. */
  readonly #newest = new Map<number, Map<string, RuleSignal>>();

  constructor(
    ruleset: Ruleset,
    neededFields: readonly (readonly string[])[],
    chunk: { readonly source: string; readonly clock: number },
  ) {
    this.#ruleset = ruleset;
    this.#chunk = chunk;
    this.#neededFields = neededFields;
  }

  addHits(hits: readonly number[], event: Event, view: EventView): void {
    const time = detectionTime(event);
    const from = event['source.ip'] ?? event['host.name'] ?? '';
    let subject: Subject | null = null;
    for (const rule of hits) {
      const values = this.#valuesOf(rule, view);
      const newest = this.#newestOf(rule);
      const known = newest.get(from);
      if (
        known !== undefined &&
        Math.abs(time - known.hits[1]!) < FOLDED_MS &&
        isSubject(known.subject, event) &&
        areEqual(known.values, values)
      ) {
        known.hits.push(event.index, time, event.repeat);
        continue;
      }
      subject ??= subjectOf(event);
      const signal: RuleSignal = {
        kind: 'rule',
        rule,
        subject,
        values,
        hits: [event.index, time, event.repeat],
        evidence: this.#evidence(rule, event, view),
      };
      newest.set(from, signal);
      this.#rules.push(signal);
    }
  }

  addSession(event: Event): void {
    const session = event.session;
    if (session === null) return;
    this.#sessions.push({
      kind: 'session',
      change: session.change,
      session: session.kind,
      subject: subjectOf(event),
      index: event.index,
      time: detectionTime(event),
    });
  }

  /** Sessions first: in one record a session opens before its rules are looked at. */
  signals(): readonly Signal[] {
    return [...this.#sessions, ...this.#rules];
  }

  #newestOf(rule: number): Map<string, RuleSignal> {
    let newest = this.#newest.get(rule);
    if (newest === undefined) {
      newest = new Map();
      this.#newest.set(rule, newest);
    }
    return newest;
  }

  #valuesOf(rule: number, view: EventView): (string | null)[] {
    const fields = this.#neededFields[rule];
    if (fields === undefined || fields.length === 0) return [];
    return fields.map((field) => textOf(view.get(field)));
  }

  /** What is cut cannot be read again: then it is said now why the rule matched. */
  #evidence(rule: number, event: Event, view: EventView): Evidence {
    const { original } = event.record;
    const { seq, index } = event;
    if (original.length > MAX_ORIGINAL || event.truncated) {
      return {
        seq,
        index,
        original: original.slice(0, MAX_ORIGINAL),
        matches: this.#ruleset.explain(rule, view),
      };
    }
    const { source, clock } = this.#chunk;
    return {
      seq,
      index,
      original,
      matches: null,
      origin: { rule: this.#ruleset.rules[rule]!.id, source, clock, peer: event.peer },
    };
  }
}

/** A group value as text; arrays count as their first member. */
function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return textOf(value[0]);
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, MAX_VALUE);
}

function subjectOf(event: Event): Subject {
  return {
    sourceIp: event['source.ip'],
    host: event['host.name'],
    user: event['user.name'],
    targetUser: event['user.target.name'],
    program: event['process.name'],
    pid: event['process.pid'],
    tty: event['process.tty.name'],
    sessionId: event.session?.id ?? null,
    destinationIp: event['destination.ip'],
  };
}

/** Subjects that attribution and alerts cannot tell apart are one: the process matters only where no address is known. */
function isSubject(subject: Subject, event: Event): boolean {
  return (
    subject.sourceIp === event['source.ip'] &&
    subject.host === event['host.name'] &&
    subject.user === event['user.name'] &&
    subject.targetUser === event['user.target.name'] &&
    subject.program === event['process.name'] &&
    subject.destinationIp === event['destination.ip'] &&
    (subject.sourceIp !== null ||
      (subject.pid === event['process.pid'] &&
        subject.tty === event['process.tty.name'] &&
        subject.sessionId === (event.session?.id ?? null)))
  );
}

function areEqual(a: readonly (string | null)[], b: readonly (string | null)[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
