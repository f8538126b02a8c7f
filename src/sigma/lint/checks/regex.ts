import { joinPieces, MANY, type Piece } from '../../../model/glob.js';
import { parseWildcards } from '../../match/wildcard.js';
import { requiredLiteral } from '../../modifiers/required-literal.js';
import { readRegex, wildcardRegex } from '../../regex/syntax.js';
import { quoted } from '../../rule-error.js';
import type { Check } from '../check.js';
import { itemsOf, type LintDocument, wildcardTexts } from '../document.js';
import { backtracking } from '../regex/backtracking.js';

/** Checks of regular expressions. */

/** From here on a text of some ten thousand characters takes seconds. */
const SLOW_DEGREE = 3;

export const catastrophicRegex: Check = {
  severity: 'warning',
  summary:
    'An expression that a backtracking engine (PCRE, Java, Python, JavaScript) needs exponential or at least cubic time for on hostile text; ours does not.',
  *find(document) {
    for (const { pattern, ignoreCase, line } of expressions(document)) {
      const regex = readRegex(pattern, ignoreCase);
      const growth = regex === null ? null : backtracking(regex, pattern.startsWith('^'));
      if (growth === null || (growth.kind === 'polynomial' && growth.degree < SLOW_DEGREE)) continue;
      const how =
        growth.kind === 'exponential'
          ? 'doubles with every few characters'
          : `grows with its length to the power of ${growth.degree}`;
      yield {
        line,
        message: `In a backtracking engine the time for ${quoted(pattern)} on a hostile text ${how}.`,
        fix: 'Let no two repeats that follow or hold each other take the same characters, or use contains|all.',
      };
    }
  },
};

export const catastrophicWildcards: Check = {
  severity: 'info',
  summary:
    'A value with so many `*` that an engine which makes a backtracking expression of it needs cubic time or more on hostile text; ours does not.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      if (!text.includes('*')) continue;
      const open = (modifiers: readonly string[]): readonly Piece[] =>
        item.field === null || item.modifiers.some((modifier) => modifiers.includes(modifier)) ? [MANY] : [];
      const pieces = [
        ...open(['contains', 'endswith']),
        ...parseWildcards(text),
        ...open(['contains', 'startswith']),
      ];
      const growth = backtracking(wildcardRegex(joinPieces(pieces)), true);
      if (growth === null || growth.kind === 'exponential' || growth.degree < SLOW_DEGREE) continue;
      yield {
        line,
        message: `As a backtracking expression ${quoted(text)} takes time that grows with the length of a hostile text to the power of ${growth.degree}.`,
        fix: 'Use contains|all with the parts, where their order does not matter.',
      };
    }
  },
};

export const literalRegex: Check = {
  severity: 'info',
  summary:
    'An expression without anything but plain characters, for which `contains` is cheaper and clearer.',
  *find(document) {
    for (const { pattern, line } of expressions(document)) {
      if (!/^(?:[^\\.^$*+?()[\]{}|]|\\[^A-Za-z0-9])+$/.test(pattern)) continue;
      yield {
        line,
        message: `${quoted(pattern)} has nothing of an expression.`,
        fix: 'Use contains (with cased where case counts).',
      };
    }
  },
};

export const paddedRegex: Check = {
  severity: 'info',
  summary: 'An expression that begins or ends with `.*`, which an unanchored search does without.',
  *find(document) {
    for (const { pattern, line } of expressions(document)) {
      if (!/^\.\*\??[^|]|(?<!\\)\.\*\??$/.test(pattern) || pattern.includes('|')) continue;
      yield {
        line,
        message: `${quoted(pattern)} begins or ends with ".*", which changes nothing.`,
        fix: 'Take it away.',
      };
    }
  },
};

export const ungatedRegex: Check = {
  severity: 'info',
  summary: 'An expression without a text that every match holds: it is tried on every value of its field.',
  *find(document) {
    for (const { maps } of document.selections) {
      for (const map of maps) {
        for (const item of map) {
          if (!item.modifiers.includes('re')) continue;
          const gated = map.some(
            (other) => other.field === item.field && other !== item && !other.modifiers.includes('re'),
          );
          const idle = item.nodes.filter(
            ({ value }) => requiredLiteral(String(value).replace(/^\(\?[ims]+\)/, '')) === null,
          );
          if (gated || idle.length === 0) continue;
          yield {
            line: idle[0]!.line,
            message: `${quoted(String(idle[0]!.value))} is tried on every value of ${item.field ?? 'the event'}.`,
            fix: `Put "${item.field ?? ''}|contains" with a text that must be there into the same map.`,
          };
        }
      }
    }
  },
};

interface Expression {
  readonly pattern: string;
  readonly ignoreCase: boolean;
  readonly line: number;
}

function* expressions(document: LintDocument): Generator<Expression> {
  for (const { modifiers, nodes } of itemsOf(document)) {
    if (!modifiers.includes('re')) continue;
    for (const { value, line } of nodes) {
      const [head, flags = ''] = /^(?:\(\?([ims]+)\))?/.exec(String(value))!;
      const ignoreCase = modifiers.includes('i') || flags.includes('i');
      yield { pattern: String(value).slice(head.length), ignoreCase, line };
    }
  }
}
