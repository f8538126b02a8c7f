import { nearest } from '../model/suggest.js';

/** Kinds of reasons for refusing a rule; the message says the rest. */
export const RULE_ERROR_CODES = [
  'rule.yaml',
  'rule.limit',
  'rule.structure',
  'rule.duplicate',
  'rule.condition',
  'rule.modifier',
  'rule.value',
  'rule.placeholder',
  'rule.reference',
  'rule.pipeline',
] as const;
export type RuleErrorCode = (typeof RULE_ERROR_CODES)[number];

/** Thrown while one rule is read or compiled, caught where the rule is refused; never leaves this folder. */
export class RuleError extends Error {
  readonly code: RuleErrorCode;
  /** 1-based line, 0 = not known here: the caller that knows it fills it in with `at`. */
  line: number;
  /** Writes the rule as it can be written instead, YAML; null = there is no such rule. */
  rewrite: (() => string | null) | null = null;

  constructor(code: RuleErrorCode, message: string, line = 0) {
    super(message);
    this.code = code;
    this.line = line;
  }
}

/** Runs `read`, adding the line to a RuleError that does not know its own. */
export function at<T>(line: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RuleError && error.line === 0) error.line = line;
    throw error;
  }
}

/** ` (perhaps "x")` for the known word nearest to a mistyped one, else nothing. */
export function suggest(word: string, known: Iterable<string>): string {
  const near = nearest(
    word.slice(0, LONGEST_WORD),
    [...known].filter(({ length }) => length <= LONGEST_WORD),
  );
  return near === null ? '' : ` (perhaps "${near}")`;
}

/** To compare longer ones takes long. */
const LONGEST_WORD = 64;

/** Text of a rule as it is quoted in a message: one line, at most 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
