import type { Event, Outcome } from '../model/event.js';
import { type AssignableField, fillField, isAssignable } from './ecs-values.js';
import { groupByFirst, startingAs } from './first-character.js';
import { setField } from './raw-fields.js';
import { standsAt } from './text.js';

/**
 * Fixed sentences with gaps, for programs that log few lines: `user {user.name} added to group {group.name}`.
 * A gap is an ECS field, a raw field, or `{*}` for text that is of no use.
 */
export interface Sentence {
  readonly text: string;
  readonly category: readonly string[];
  readonly type: readonly string[];
  readonly action: string | null;
  readonly outcome: Outcome | null;
}

export type SentenceReader = (event: Event, message: string, from?: number) => Sentence | null;

/**
 * Tries the sentences in order on message[from…]; fills the gaps and event.category, type, action and outcome from
 * the first that fits and returns it. The last fixed words are searched from the end of the message, so that text
 * of an attacker's in a gap before them cannot stand in for them. Linear: one search per piece.
 */
export function sentenceReader(sentences: readonly Sentence[]): SentenceReader {
  const compiled = groupByFirst(sentences.map(compile), ({ words }) => words[0]!);
  return (event, message, from = 0) => {
    for (const one of startingAs(compiled, message, from)) {
      if (!fits(one, message, from)) continue;
      for (let i = 0; i < one.gaps.length; i++) fill(event, one.gaps[i]!, message.slice(starts[i], ends[i]));
      event['event.category'] = one.sentence.category;
      event['event.type'] = one.sentence.type;
      event['event.action'] = one.sentence.action;
      event['event.outcome'] = one.sentence.outcome;
      return one.sentence;
    }
    return null;
  };
}

interface Gap {
  readonly field: string;
  readonly ecs: AssignableField | null;
}

interface Compiled {
  readonly sentence: Sentence;
  /** Fixed words around the gaps: one more than there are gaps; the first and the last may be empty. */
  readonly words: readonly string[];
  readonly gaps: readonly Gap[];
  /** The gap whose following words are searched from the message's end; -1 = none. */
  readonly fromEnd: number;
}

/** Bounds of the gaps of the sentence tried last. */
const starts: number[] = [];
const ends: number[] = [];

function compile(sentence: Sentence): Compiled {
  const pieces = sentence.text.split(/\{([^}]+)\}/);
  const gaps = pieces.filter((_, i) => i % 2 === 1);
  const lastIsValue = sentence.text.endsWith('}') && gaps.at(-1) !== '*';
  return {
    sentence,
    words: pieces.filter((_, i) => i % 2 === 0),
    gaps: gaps.map((field) => ({ field, ecs: isAssignable(field) ? field : null })),
    fromEnd: lastIsValue ? gaps.length - 2 : -1,
  };
}

function fits({ words, gaps, fromEnd }: Compiled, message: string, from: number): boolean {
  if (words[0] !== '' && !standsAt(message, words[0]!, from)) return false;
  let at = from + words[0]!.length;
  for (let i = 0; i < gaps.length; i++) {
    const word = words[i + 1]!;
    const end =
      i === gaps.length - 1 ? lastGapEnd(message, word, at) : gapEnd(message, word, at, i === fromEnd);
    if (end < 0) return false;
    starts[i] = at;
    ends[i] = end;
    at = end + word.length;
  }
  return true;
}

function gapEnd(message: string, word: string, at: number, fromEnd: boolean): number {
  const end = fromEnd ? message.lastIndexOf(word) : message.indexOf(word, at);
  return end < at ? -1 : end;
}

function lastGapEnd(message: string, word: string, at: number): number {
  const end = message.length - word.length;
  return end >= at && message.endsWith(word) ? end : -1;
}

function fill(event: Event, gap: Gap, text: string): void {
  if (text === '' || gap.field === '*') return;
  if (gap.ecs !== null) fillField(event, gap.ecs, text);
  else setField(event.record, gap.field, text);
}
