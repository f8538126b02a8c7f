import type { Piece } from '../../../model/glob.js';
import type { DetectionRule } from '../../../model/rule.js';
import { literalText } from '../../match/wildcard.js';
import { quoted, RuleError } from '../../rule-error.js';
import type { Test } from '../expression.js';
import type { LokiOptions } from './options.js';
import { asAlternative, wholeLabelRegex } from './regex.js';
import { labelOf, quote, regexOfPieces } from './text.js';
import { isSelector, isStages } from './written.js';

/** Where a rule's lines are, and what makes labels of them. */
export interface Stream {
  readonly selector: string;
  /** Stages with the bars before and behind them. */
  readonly parser: string;
  /** How lines are written; `unknown`: what the parser's labels hold need not stand in the line. */
  readonly lines: 'logfmt' | 'json' | 'other' | 'unknown';
  /** Lines are JSON, whatever is made of them then. */
  readonly isJson: boolean;
}

/** Custom attributes by which rules and pipelines say both. */
export const PARSER = 'loki_parser';
export const SELECTION = 'logsource_loki_selection';

const SELECTORS: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  windows: '{job=~"eventlog|winlog|windows|fluentbit.*"}',
  azure: '{job="logstash"}',
});
const ANY_SELECTOR = '{job=~".+"}';
const JSON_PRODUCTS: ReadonlySet<string> = new Set(['windows', 'azure', 'zeek']);

export function streamOf(rule: DetectionRule, { selection, parser }: LokiOptions): Stream {
  const { product } = rule.logsource;
  const byProduct = product === null ? undefined : SELECTORS[product];
  const selector = attribute(rule, SELECTION, isSelector) ?? (selection || (byProduct ?? ANY_SELECTOR));
  const own = attribute(rule, PARSER, isStages) ?? (parser || null);
  if (own !== null)
    return { selector, parser: withBars(own), lines: linesOf(own), isJson: /^\|?\s*json\b/.test(own) };
  const isJson = product !== null && JSON_PRODUCTS.has(product);
  return isJson
    ? { selector, parser: '| json |', lines: 'json', isJson: true }
    : { selector, parser: '| logfmt |', lines: 'logfmt', isJson: false };
}

/** What a selector asks of a label: any of the tests, or none of them. */
export interface Matcher {
  readonly label: string;
  readonly negated: boolean;
  readonly tests: readonly Test[];
}

/** Null = it would say nothing: Loki wants one label that is not empty. */
export function selectorText(matchers: readonly Matcher[], ignoreCase: boolean): string | null {
  const texts = matchers.filter(({ tests }) => !tests.some(isEmpty));
  if (texts.every(({ negated }) => negated)) return null;
  return `{${texts.map((matcher) => matcherText(matcher, ignoreCase)).join(',')}}`;
}

function isEmpty(test: Test): boolean {
  return (
    test.kind !== 'regex' && (test.kind !== 'text' || test.pieces.every((piece) => typeof piece !== 'string'))
  );
}

function matcherText({ label, negated, tests }: Matcher, ignoreCase: boolean): string {
  const [only] = tests;
  const literal = tests.length === 1 && only!.kind === 'text' ? literalText(only!.pieces) : null;
  const name = labelOf(label);
  if (literal !== null && !ignoreCase) return `${name}${negated ? '!=' : '='}${quote(literal)}`;
  const regexes = tests.map((test) =>
    test.kind === 'regex' ? wholeLabelRegex(test) : regexOfPieces(piecesOf(test)),
  );
  const regex = regexes.length === 1 ? regexes[0]! : regexes.map((one) => asAlternative(one, '')).join('|');
  return `${name}${negated ? '!~' : '=~'}${quote(`${ignoreCase ? '(?i)' : ''}${regex}`)}`;
}

function piecesOf(test: Test): readonly Piece[] {
  return test.kind === 'text' ? test.pieces : [];
}

function attribute({ custom }: DetectionRule, name: string, isFit: (text: string) => boolean): string | null {
  const value = Object.hasOwn(custom, name) ? custom[name] : undefined;
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && isFit(value.trim())) return value.trim();
  throw new RuleError(
    'rule.value',
    `"${name}" is no part of a query that stands by itself: ${quoted(String(value))}.`,
  );
}

function withBars(stages: string): string {
  return `${stages.startsWith('|') ? '' : '| '}${stages}${stages.endsWith('|') ? '' : ' |'}`;
}

function linesOf(stages: string): Stream['lines'] {
  const words = stages.replace(/^\||\|$/g, '').trim();
  return words === 'json' || words === 'logfmt' || /^(?:pattern|regexp) [`"][^`"]*[`"]$/.test(words)
    ? 'other'
    : 'unknown';
}
