import { MANY, ONE } from '../../../model/glob.js';
import { Cell } from '../../match/cell.js';
import { RegexBudget } from '../../match/predicate.js';
import { parseWildcards } from '../../match/wildcard.js';
import { quoted } from '../../rule-error.js';
import type { Check } from '../check.js';
import { EDGES, itemsOf, wildcardItems, wildcardTexts } from '../document.js';

/** Checks of the values of items and of the modifiers beside them. */

export const doubledWildcard: Check = {
  severity: 'warning',
  summary: 'A wildcard at an edge where the modifier has put one already, as in `contains: "*x*"`.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      const pieces = parseWildcards(text);
      const open = { start: /contains|endswith/, end: /contains|startswith/ };
      const edge = item.modifiers.find((modifier) => EDGES.includes(modifier));
      if (edge === undefined || pieces.length < 2) continue;
      const doubled =
        (open.start.test(edge) && pieces[0] === MANY) || (open.end.test(edge) && pieces.at(-1) === MANY);
      if (!doubled) continue;
      yield {
        line,
        message: `The "*" at the edge of ${quoted(text)} is what "${edge}" adds already.`,
        fix: 'Take it away.',
      };
    }
  },
};

export const undoneEdge: Check = {
  severity: 'warning',
  summary:
    'A wildcard that undoes the modifier: `endswith: "x*"` and `startswith: "*x"` find it anywhere, as `contains` does.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      const pieces = parseWildcards(text);
      if (pieces.length < 2 || item.modifiers.includes('contains')) continue;
      for (const [edge, at, what] of UNDOING) {
        if (!item.modifiers.includes(edge) || pieces.at(at) !== MANY) continue;
        yield {
          line,
          message: `The "*" in ${quoted(text)} undoes "${edge}": anything may ${what}.`,
          fix: 'Take it away, or write "contains" if that is meant.',
        };
      }
    }
  },
};

const UNDOING = [
  ['endswith', -1, 'follow'],
  ['startswith', 0, 'stand before it'],
] as const;

export const wildcardOnly: Check = {
  severity: 'info',
  summary: 'A value of wildcards alone, which only asks whether the field is there.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      if (item.field === null || item.nodes.length > 1 || !/^\*+$/.test(text)) continue;
      yield {
        line,
        message: `${quoted(text)} holds of every value.`,
        fix: `Write "${item.field}|exists: true".`,
      };
    }
  },
};

export const emptyPart: Check = {
  severity: 'error',
  summary:
    'An empty value with `contains`, `startswith` or `endswith`, or as a keyword: it is in every value.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      const edge = item.field === null || item.modifiers.some((modifier) => EDGES.includes(modifier));
      if (!edge || text !== '') continue;
      yield {
        line,
        message: 'The empty text is part of every value.',
        fix: 'Remove it, or compare the whole value.',
      };
    }
  },
};

export const nullInList: Check = {
  severity: 'warning',
  summary: '`null` among other values, which Sigma does not allow and other tools refuse.',
  *find(document) {
    for (const { nodes } of itemsOf(document)) {
      const node = nodes.length > 1 ? nodes.find(({ value }) => value === null) : undefined;
      if (node === undefined) continue;
      yield {
        line: node.line,
        message: 'null stands in a list of values.',
        fix: 'Put it in a selection of its own.',
      };
    }
  },
};

export const duplicateValue: Check = {
  severity: 'warning',
  summary: 'The same value twice in a list, case aside.',
  *find(document) {
    for (const { nodes, modifiers } of itemsOf(document)) {
      const cased =
        modifiers.includes('cased') ||
        modifiers.includes('re') ||
        modifiers.some((m) => m.startsWith('base64'));
      const seen = new Set<string>();
      for (const { value, line } of nodes) {
        const key = `${typeof value} ${cased ? String(value) : String(value).toLowerCase()}`;
        if (seen.has(key))
          yield { line, message: `${quoted(String(value))} stands in the list twice.`, fix: 'Remove one.' };
        seen.add(key);
      }
    }
  },
};

const MAX_COMPARED = 200;

export const coveredValue: Check = {
  severity: 'info',
  summary: 'A value of a list that holds only where another of the list does.',
  *find(document) {
    const budget = new RegexBudget();
    budget.reset(Number.POSITIVE_INFINITY);
    for (const item of wildcardItems(document)) {
      if (item.plan.kind !== 'values' || item.nodes.length > MAX_COMPARED || item.nodes.length < 2) continue;
      const { values, all } = item.plan;
      for (const [i, narrow] of values.entries()) {
        const text = String(item.values[i]);
        if (parseWildcards(text).some((piece) => typeof piece !== 'string')) continue;
        const literal = parseWildcards(text).join('');
        const cell = new Cell();
        cell.set(literal);
        const wide = values.findIndex(
          (other, j) =>
            j !== i &&
            other.pattern.toLowerCase() !== narrow.pattern.toLowerCase() &&
            other.any.length === 1 &&
            other.any[0]!.test(cell, budget),
        );
        if (wide < 0) continue;
        const [idle, reason] = all ? [wide, i] : [i, wide];
        yield {
          line: item.nodes[idle]!.line,
          message: all
            ? `Where ${quoted(String(item.values[reason]))} is found, ${quoted(String(item.values[idle]))} is as well.`
            : `Whatever ${quoted(String(item.values[idle]))} finds, ${quoted(String(item.values[reason]))} finds as well.`,
          fix: 'Remove the value that decides nothing.',
        };
      }
    }
  },
};

/** Paths of files, programs and registry keys, none of which can have `*` or `?` in it. */
const PATHS = new Set([
  ...[
    'Image',
    'ParentImage',
    'SourceImage',
    'TargetImage',
    'ImageLoaded',
    'TargetFilename',
    'CurrentDirectory',
  ],
  ...['process.executable', 'process.parent.executable', 'process.working_directory', 'file.path'],
]);

export const escapedWildcard: Check = {
  severity: 'error',
  summary:
    'A backslash takes the meaning of the `*` or `?` after it (`C:\\Users\\*`), in a field whose values never hold one.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      if (item.field === null || !PATHS.has(item.field)) continue;
      const literal = parseWildcards(text).find((piece) => typeof piece === 'string' && /[*?]/.test(piece));
      if (literal === undefined) continue;
      yield {
        line,
        message: `In ${quoted(text)} the backslash makes the wildcard after it a plain character, which ${item.field} never holds.`,
        fix: 'Write \\\\* for a backslash followed by a wildcard.',
      };
    }
  },
};

/** Programs are told by the last part of their path. */
const PROGRAM_PATHS = new Set([
  'Image',
  'ParentImage',
  'SourceImage',
  'TargetImage',
  'process.executable',
  'process.parent.executable',
]);

export const openFileName: Check = {
  severity: 'info',
  summary:
    'A program compared by `endswith` without a separator before its name: `cmd.exe` also is the end of `notcmd.exe`.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      if (item.field === null || !PROGRAM_PATHS.has(item.field) || !item.modifiers.includes('endswith'))
        continue;
      if (!/^[a-z0-9_-]+\.(?:exe|com|dll|scr)$/i.test(text)) continue;
      yield { line, message: `${quoted(text)} is also the end of other names.`, fix: `Write '\\${text}'.` };
    }
  },
};

/** Here a question mark is more likely meant than any character. */
const URLS = new Set(['c-uri', 'cs-uri', 'c-uri-query', 'cs-uri-query', 'url.original', 'url.query']);

export const openQuestionMark: Check = {
  severity: 'info',
  summary:
    'A `?` in the value of a URL field, where it stands for any one character, not for the question mark.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      if (item.field === null || !URLS.has(item.field) || !parseWildcards(text).includes(ONE)) continue;
      yield {
        line,
        message: `The "?" in ${quoted(text)} stands for any character.`,
        fix: 'Write \\? for a question mark.',
      };
    }
  },
};

export const halfUnc: Check = {
  severity: 'warning',
  summary: 'A value begins with two backslashes, which stand for one: a UNC path needs four.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      const whole = !item.modifiers.includes('contains') && !item.modifiers.includes('endswith');
      if (item.field === null || !whole || !/^\\\\[^\\*?]/.test(text)) continue;
      yield {
        line,
        message: `${quoted(text)} begins with one backslash: two are an escaped one.`,
        fix: "Write '\\\\\\\\' for the two of a UNC path, or one for one.",
      };
    }
  },
};

export const unanchoredOffset: Check = {
  severity: 'error',
  summary: '`base64offset` without `contains`: it is made for text in the middle of a value.',
  *find(document) {
    for (const { modifiers, line } of itemsOf(document)) {
      if (!modifiers.includes('base64offset') || modifiers.includes('contains')) continue;
      yield {
        line,
        message: '"base64offset" compares the whole value, which then never is what it encodes.',
        fix: 'Add "contains" after it.',
      };
    }
  },
};

export const bareWide: Check = {
  severity: 'warning',
  summary: 'An UTF-16 modifier without a base64 one after it: logs hold text, not its bytes.',
  *find(document) {
    for (const { modifiers, line } of itemsOf(document)) {
      const wide = modifiers.find((modifier) => modifier === 'wide' || modifier.startsWith('utf16'));
      if (wide === undefined || modifiers.some((modifier) => modifier.startsWith('base64'))) continue;
      yield {
        line,
        message: `"${wide}" looks for bytes in text.`,
        fix: 'Add "base64offset|contains" after it, or take it away.',
      };
    }
  },
};

export const shortKeyword: Check = {
  severity: 'info',
  summary: 'A keyword of one or two characters, which nearly every record holds somewhere.',
  *find(document) {
    for (const { item, text, line } of wildcardTexts(document)) {
      if (item.field !== null || item.plan.kind !== 'values' || item.plan.all) continue;
      const length = parseWildcards(text).reduce(
        (sum, piece) => sum + (typeof piece === 'string' ? piece.length : 0),
        0,
      );
      if (length === 0 || length > 2 || item.modifiers.includes('re')) continue;
      yield {
        line,
        message: `The keyword ${quoted(text)} is in nearly every record.`,
        fix: 'Name a field, or take a longer word.',
      };
    }
  },
};
