import { detectionTime, type Event } from './model/event.js';
import type { Evidence, RuleSignal, SessionSignal, Signal, Subject } from './model/signal.js';
import type { EventView } from './sigma/event-view.js';
import type { Ruleset } from './sigma/ruleset.js';

const MAX_ORIGINAL = 4096;
const MAX_VALUE = 1024;

/**
 * Folds the hits of one chunk: hits of one rule with equal subject and values become one signal with the positions
 * and times of all and the evidence of the first. What an attack repeats ten thousand times crosses threads once.
 */
export class SignalFolder {
  readonly #ruleset: Ruleset;
  readonly #chunk: { readonly source: string; readonly clock: number };
  readonly #neededFields: readonly (readonly string[])[];
  readonly #rules = new Map<string, RuleSignal>();
  readonly #sessions: SessionSignal[] = [];

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
    const subject = subjectOf(event);
    const who = subjectKey(subject);
    for (const rule of hits) {
      const values = this.#valuesOf(rule, view);
      const key = `${rule}\0${who}\0${values.join('\0')}`;
      const known = this.#rules.get(key);
      if (known !== undefined) {
        known.hits.push(event.index, detectionTime(event), event.repeat);
        continue;
      }
      this.#rules.set(key, {
        kind: 'rule',
        rule,
        subject,
        values,
        hits: [event.index, detectionTime(event), event.repeat],
        evidence: this.#evidence(rule, event, view),
      });
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

  signals(): Signal[] {
    return [...this.#sessions, ...this.#rules.values()];
  }

  #valuesOf(rule: number, view: EventView): (string | null)[] {
    const fields = this.#neededFields[rule];
    if (fields === undefined || fields.length === 0) return [];
    return fields.map((field) => textOf(view.get(field)));
  }

  /** What is cut cannot be read again: then it is said now why the rule matched. */
  #evidence(rule: number, event: Event, view: EventView): Evidence {
    const { original } = event.record;
    const eventId = `${event.seq}-${event.index}`;
    if (original.length > MAX_ORIGINAL || event.truncated) {
      return {
        eventId,
        original: original.slice(0, MAX_ORIGINAL),
        matches: this.#ruleset.explain(rule, view),
      };
    }
    const { source, clock } = this.#chunk;
    return {
      eventId,
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

/** Subjects that attribution and alerts cannot tell apart are one. The pid matters only where no address is known. */
function subjectKey(subject: Subject): string {
  const { sourceIp, host, user, targetUser, program, pid, tty, sessionId, destinationIp } = subject;
  const local = sourceIp === null ? `${pid}\0${tty}\0${sessionId}` : '';
  return `${sourceIp}\0${host}\0${user}\0${targetUser}\0${program}\0${destinationIp}\0${local}`;
}
