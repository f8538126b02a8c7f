import { type EntityMinutes, INDEX, MINUTE, MINUTE_MS, ROW_WIDTH } from '../model/entity-minute.js';
import type { RuleSignal, SessionSignal } from '../model/signal.js';
import { decodeSignals } from '../signal-codec.js';
import { type FoundBlock, REPLAY_SOURCE } from './messages.js';

/** One thing that happened, to be put in order with all the others. Structured-cloneable. */
export interface Step {
  /** Event time, ms; of an entity-minute, when it is over. */
  readonly time: number;
  readonly file: number;
  /** Of the record in its file, from 0. */
  readonly index: number;
  /** A rule's has one hit. Null: `minutes`. */
  readonly signal: RuleSignal | SessionSignal | null;
  readonly minutes: EntityMinutes | null;
}

/** By time, then by place. Those of one record keep the order in which they were found. */
export function compareSteps(a: Step, b: Step): number {
  return a.time - b.time || a.file - b.file || a.index - b.index;
}

export function* stepsOf(found: FoundBlock, ruleId: (rule: number) => string): Generator<Step> {
  const { file, before, clock, signals } = found;
  if (signals !== null) {
    const origin = { seq: file, source: REPLAY_SOURCE, clock, ruleId };
    for (const signal of decodeSignals(signals, origin)) {
      if (signal.kind === 'session') {
        const index = before + signal.index;
        const time = timeOf(signal.time, found);
        yield { time, file, index, signal: { ...signal, index, time }, minutes: null };
      } else yield* hitsOf(signal, found);
    }
  }
  yield* minutesOf(found);
}

/** ms. A record that states no time is taken for one of the file's last change. */
export function timeOf(time: number, { noTime, clock }: Pick<FoundBlock, 'noTime' | 'clock'>): number {
  return time === noTime ? clock : time;
}

function* hitsOf(signal: RuleSignal, found: FoundBlock): Generator<Step> {
  const { file, before } = found;
  const evidence = { ...signal.evidence, index: before + signal.evidence.index };
  for (let at = 0; at < signal.hits.length; at += 3) {
    const [first, stated, repeat] = signal.hits.slice(at, at + 3) as [number, number, number];
    const index = before + first;
    const time = timeOf(stated, found);
    yield { time, file, index, signal: { ...signal, evidence, hits: [index, time, repeat] }, minutes: null };
  }
}

/** Each minute by itself: a block of a quiet file may hold days. */
function* minutesOf(found: FoundBlock): Generator<Step> {
  const { file, before, minutes } = found;
  if (minutes === null) return;
  const { rows, texts, count } = minutes;
  const noMinute = minuteOf(found.noTime);
  for (let i = 0; i < count; i++) {
    const row = rows.slice(i * ROW_WIDTH, (i + 1) * ROW_WIDTH);
    const index = before + row[INDEX]!;
    row[INDEX] = index;
    if (row[MINUTE] === noMinute) row[MINUTE] = minuteOf(found.clock);
    const time = (row[MINUTE]! + 1) * MINUTE_MS - 1;
    const skipped = i === 0 ? minutes.skipped : 0;
    yield { time, file, index, signal: null, minutes: { count: 1, rows: row, texts, skipped } };
  }
}

function minuteOf(time: number): number {
  return Math.floor(time / MINUTE_MS);
}
