import { deserialize, serialize } from 'node:v8';
import { type Correlator, createCorrelator } from '../../src/correlation/correlate.js';
import { CorrelationCounts } from '../../src/correlation/correlation-counts.js';
import type { Firing, Hit } from '../../src/correlation/hit.js';
import { entityOf } from '../../src/correlation/sessions.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Evidence, Subject } from '../../src/model/signal.js';
import { compileRules } from '../../src/sigma/compile.js';
import { JsonFieldView } from '../../src/sigma/event-view.js';
import { type LoadedRules, loadRules } from '../../src/sigma/load.js';
import { neededFields } from '../../src/sigma/references.js';

export const NOBODY: Subject = {
  sourceIp: null,
  host: null,
  user: null,
  targetUser: null,
  program: null,
  pid: null,
  tty: null,
  sessionId: null,
  destinationIp: null,
};

export interface TimedEvent {
  /** Seconds. */
  readonly t: number;
  readonly event: JsonObject;
  /** Seconds; `t` where it is not said. */
  readonly receivedAt?: number;
}

export interface BenchOptions {
  readonly policy?: 'each' | 'reset';
  readonly allowedLatenessMs?: number;
  readonly maxGroups?: number;
  readonly maxEvidenceCharacters?: number;
  readonly isTold?: (rule: number) => boolean;
  readonly savedAtOnce?: number;
}

/** Rules as YAML with a correlator over them, and what it counted. */
export class CorrelationBench {
  loaded!: LoadedRules;
  correlator!: Correlator;
  readonly counts = new CorrelationCounts();
  late = 0;
  evicted = 0;
  #ruleset!: ReturnType<typeof compileRules>;
  #needed!: ReturnType<typeof neededFields>;
  readonly #options: BenchOptions;
  #seq = 0;

  constructor(yaml: string, options: BenchOptions = {}) {
    this.#options = options;
    this.#use(yaml);
  }

  newCorrelator(): Correlator {
    return createCorrelator(this.#ruleset.rules, {
      allowedLatenessMs: 30_000,
      maxGroups: 1000,
      neededFields: this.#needed,
      counts: this.counts,
      onLate: () => this.late++,
      onEvicted: () => this.evicted++,
      ...this.#options,
    });
  }

  /** Feeds one event, as the `seq`-th record of the log. */
  send({ t, event, receivedAt = t }: TimedEvent): Firing[] {
    const seq = ++this.#seq;
    const view = new JsonFieldView(event);
    const matched: number[] = [];
    this.#ruleset.match(view, null, matched);
    const received = Math.round(receivedAt * 1000);
    const fired = matched.flatMap((rule) =>
      this.correlator.feed({
        ...this.#hit(rule, view, Math.round(t * 1000), seq),
        receivedAt: received,
      }),
    );
    return [...fired, ...this.correlator.endEvent()];
  }

  /** @param now seconds of receive time */
  tick(now: number): Firing[] {
    return [...this.correlator.tick(now * 1000)];
  }

  /** Saves and restores, as a restart does. */
  restart(): void {
    const saved = deserialize(serialize(this.correlator.snapshot()));
    this.correlator = this.newCorrelator();
    this.correlator.restore(saved);
  }

  /** Goes on with other rules, as a reload does. */
  reload(yaml: string): void {
    const saved = this.correlator.snapshot();
    this.#use(yaml);
    this.correlator.restore(saved);
  }

  #use(yaml: string): void {
    this.loaded = loadRules([{ path: 'rules.yml', text: yaml }]);
    this.#ruleset = compileRules(this.loaded.rules);
    this.#needed = neededFields(this.#ruleset.rules);
    this.correlator = this.newCorrelator();
  }

  nameOf(firing: Firing): string {
    const rule = this.#ruleset.rules[firing.rule]!;
    return rule.name ?? rule.title;
  }

  #hit(rule: number, view: JsonFieldView, time: number, seq: number): Hit {
    const subject = {
      ...NOBODY,
      sourceIp: textOf(view.get('source.ip')),
      host: textOf(view.get('host.name')),
    };
    return {
      rule,
      time,
      receivedAt: time,
      seq,
      index: 0,
      repeat: Number(view.get('repeat') ?? 1),
      entity: entityOf(subject, null),
      subject,
      attributedIp: null,
      values: this.#needed[rule]!.map((field) => textOf(view.get(field))),
      evidence: evidenceOf(seq, time),
    };
  }
}

/** As most signals bring it, and now and then with matches, as of records that were cut. */
function evidenceOf(seq: number, clock: number): Evidence {
  const original = `event ${seq}`;
  if (seq % 5 === 0) return { seq, index: 0, original, matches: [] };
  return {
    seq,
    index: 0,
    original,
    matches: null,
    origin: { rule: 'base', source: 'tcp', clock, peer: null },
  };
}

function textOf(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}

/** The same numbers for the same seed: xorshift. Quick enough for histories by the ten thousand. */
export class Random {
  #state: number;

  /** @param seed not 0 */
  constructor(seed: number) {
    this.#state = seed;
    for (let i = 0; i < 8; i++) this.below(1);
  }

  below(limit: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }
}
