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
  let best: string | null = null;
  let bestDistance = word.length < 3 ? 2 : word.length < 8 ? 3 : 4;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase().slice(0, 64), candidate.toLowerCase().slice(0, 64));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === null ? '' : ` (perhaps "${best}")`;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/** Text of a rule as it is quoted in a message: one line, at most 60 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
