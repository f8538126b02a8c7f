import type { Match } from './model/detection.js';
import type { EvidenceOrigin, RuleSignal, SessionSignal, Signal, Subject } from './model/signal.js';

/**
 * The signals of one chunk as they cross threads: one run of numbers, and the texts that the numbers point into, each
 * once. Cloning these two costs a fraction of cloning objects or of writing and reading JSON, and what repeats (host,
 * user, address) is one string for the keeper, however many signals have it.
 *
 *   rule     rule · subject · values · hits · original · peer · matches     the evidence is the first of the hits
 *   session  OPEN_LOGIN, … · subject · index · time
 *   subject  8 texts · pid, or SAME        lists: length · members          absent: ABSENT, NaN for the pid
 */
export interface PackedSignals {
  readonly count: number;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly texts: readonly string[];
}

/** What evidence says of its chunk and rule. */
export interface SignalOrigin {
  readonly seq: number;
  readonly source: string;
  readonly clock: number;
  readonly ruleId: (rule: number) => string;
}

export function encodeSignals(signals: readonly Signal[]): PackedSignals {
  const writer = new SignalWriter();
  for (const signal of signals) {
    if (signal.kind === 'session') writer.session(signal);
    else writer.rule(signal);
  }
  return { count: signals.length, numbers: writer.numbers(), texts: writer.texts };
}

export function decodeSignals(packed: PackedSignals, origin: SignalOrigin): Signal[] {
  const reader = new SignalReader(packed, origin);
  const signals: Signal[] = [];
  for (let i = 0; i < packed.count; i++) signals.push(reader.signal());
  return signals;
}

const ABSENT = -1;
/** As of the signal before: one record matched several rules. */
const SAME = -2;
const NO_VALUES: readonly (string | null)[] = [];

/** Below all rules, so that the first number tells what follows. */
const SESSIONS = [
  { code: -1, change: 'open', session: 'login' },
  { code: -2, change: 'open', session: 'elevated' },
  { code: -3, change: 'close', session: 'login' },
  { code: -4, change: 'close', session: 'elevated' },
] as const;

/** Where numbers are gathered, one chunk after another: memory for them is dear to ask for. */
let scratch = new Float64Array(16 * 1024);

class SignalWriter {
  readonly texts: string[] = [];
  readonly #places = new Map<string, number>();
  #length = 0;
  #original = ABSENT;
  #last: Subject | null = null;

  numbers(): Float64Array<ArrayBuffer> {
    return scratch.slice(0, this.#length);
  }

  session({ change, session, subject, index, time }: SessionSignal): void {
    const kind = SESSIONS.find((known) => known.change === change && known.session === session)!;
    this.#number(kind.code);
    this.#subject(subject);
    this.#number(index);
    this.#number(time);
  }

  rule({ rule, subject, values, hits, evidence }: RuleSignal): void {
    this.#number(rule);
    this.#subject(subject);
    this.#number(values.length);
    for (const value of values) this.#text(value);
    this.#number(hits.length);
    for (const number of hits) this.#number(number);
    this.#number(this.#placeOfOriginal(evidence.original));
    this.#text(evidence.origin?.peer ?? null);
    this.#matches(evidence.matches);
  }

  #subject(subject: Subject): void {
    if (subject === this.#last) {
      this.#number(SAME);
      return;
    }
    this.#last = subject;
    this.#text(subject.sourceIp);
    this.#text(subject.host);
    this.#text(subject.user);
    this.#text(subject.targetUser);
    this.#text(subject.program);
    this.#text(subject.tty);
    this.#text(subject.sessionId);
    this.#text(subject.destinationIp);
    this.#number(subject.pid ?? Number.NaN);
  }

  /** None: to be found out from the original. */
  #matches(matches: readonly Match[] | null): void {
    this.#number(matches === null ? ABSENT : matches.length);
    if (matches === null) return;
    for (const { selection, field, pattern, value } of matches) {
      this.#text(selection);
      this.#text(field);
      this.#text(pattern);
      this.#text(value);
    }
  }

  #text(text: string | null): void {
    this.#number(text === null ? ABSENT : this.#placeOf(text));
  }

  #number(number: number): void {
    if (this.#length === scratch.length) {
      const grown = new Float64Array(2 * this.#length);
      grown.set(scratch);
      scratch = grown;
    }
    scratch[this.#length++] = number;
  }

  #placeOf(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.texts.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }

  /** Originals are long and differ, but those of the rules that one record matched follow each other. */
  #placeOfOriginal(original: string): number {
    if (this.#original === ABSENT || this.texts[this.#original] !== original) {
      this.#original = this.texts.push(original) - 1;
    }
    return this.#original;
  }
}

class SignalReader {
  readonly #numbers: Float64Array;
  readonly #texts: readonly string[];
  readonly #origin: SignalOrigin;
  /** Evidence of one rule and peer shares its origin: it may be kept for long. */
  readonly #origins = new Map<number, EvidenceOrigin>();
  #at = 0;
  #last: Subject | null = null;

  constructor({ numbers, texts }: PackedSignals, origin: SignalOrigin) {
    this.#numbers = numbers;
    this.#texts = texts;
    this.#origin = origin;
  }

  signal(): Signal {
    const first = this.#number();
    return first < 0 ? this.#session(first) : this.#rule(first);
  }

  #session(code: number): SessionSignal {
    const { change, session } = SESSIONS.find((known) => known.code === code)!;
    const subject = this.#subject();
    return { kind: 'session', change, session, subject, index: this.#number(), time: this.#number() };
  }

  #rule(rule: number): RuleSignal {
    const subject = this.#subject();
    const values = this.#values();
    const hits = this.#hits();
    const original = this.#texts[this.#number()]!;
    const peer = this.#text();
    const matches = this.#matches();
    const { seq } = this.#origin;
    const index = hits[0]!;
    return {
      kind: 'rule',
      rule,
      subject,
      values,
      hits,
      evidence:
        matches === null
          ? { seq, index, original, matches, origin: this.#originOf(rule, peer) }
          : { seq, index, original, matches },
    };
  }

  #subject(): Subject {
    if (this.#numbers[this.#at] === SAME) {
      this.#at++;
      return this.#last!;
    }
    this.#last = this.#newSubject();
    return this.#last;
  }

  #newSubject(): Subject {
    const sourceIp = this.#text();
    const host = this.#text();
    const user = this.#text();
    const targetUser = this.#text();
    const program = this.#text();
    const tty = this.#text();
    const sessionId = this.#text();
    const destinationIp = this.#text();
    const pid = this.#number();
    return {
      sourceIp,
      host,
      user,
      targetUser,
      program,
      pid: Number.isNaN(pid) ? null : pid,
      tty,
      sessionId,
      destinationIp,
    };
  }

  #values(): readonly (string | null)[] {
    const length = this.#number();
    if (length === 0) return NO_VALUES;
    // They are few: a literal takes no room for more.
    const values = [this.#text()];
    if (length > 1) values[1] = this.#text();
    for (let i = 2; i < length; i++) values.push(this.#text());
    return values;
  }

  #hits(): number[] {
    const length = this.#number();
    const numbers = this.#numbers;
    const at = this.#at;
    this.#at = at + length;
    // Most signals are one hit: a literal takes no room for more.
    const hits = [numbers[at]!, numbers[at + 1]!, numbers[at + 2]!];
    for (let i = 3; i < length; i++) hits.push(numbers[at + i]!);
    return hits;
  }

  #matches(): Match[] | null {
    const length = this.#number();
    if (length === ABSENT) return null;
    const matches: Match[] = [];
    while (matches.length < length) {
      matches.push({
        selection: this.#text()!,
        field: this.#text(),
        pattern: this.#text()!,
        value: this.#text()!,
      });
    }
    return matches;
  }

  #originOf(rule: number, peer: string | null): EvidenceOrigin {
    const known = this.#origins.get(rule);
    if (known?.peer === peer) return known;
    const { source, clock, ruleId } = this.#origin;
    const origin = { rule: ruleId(rule), source, clock, peer };
    this.#origins.set(rule, origin);
    return origin;
  }

  #number(): number {
    return this.#numbers[this.#at++]!;
  }

  #text(): string | null {
    const place = this.#numbers[this.#at++]!;
    return place < 0 ? null : this.#texts[place]!;
  }
}
