import type { RuleLogsource } from '../../../model/rule.js';
import { quoted, suggest } from '../../rule-error.js';
import type { Check, LintCorpus } from '../check.js';
import { type LintDocument, mapAt } from '../document.js';
import { CATEGORIES, PRODUCTS } from '../taxonomy-table.js';
import { nearMisses } from './metadata.js';

/** Checks of the logsource against the Sigma taxonomy and what normalizers state of events. */

const PARTS = ['category', 'product', 'service'] as const;

export const unknownLogsource: Check = {
  severity: 'warning',
  summary: 'A category, product or service that neither the Sigma taxonomy nor a normalizer knows.',
  *find(document, corpus) {
    const { logsource, lines } = logsourceOf(document);
    for (const part of PARTS) {
      const word = logsource[part];
      if (word === null) continue;
      if (includes(knownWords(part, logsource.product, corpus), word)) continue;
      const known = knownWords(part, logsource.product, corpus);
      const of = part === 'service' && logsource.product !== null ? ` of ${quoted(logsource.product)}` : '';
      yield {
        line: lines.get(part) ?? document.root.line,
        message: `There is no ${part} ${quoted(word)}${of} in the Sigma taxonomy${suggest(word, known)}; no event is known to have it.`,
        fix: 'Correct it, or name it in the `logsource` of a source in the configuration.',
      };
    }
  },
};

export const unheardLogsource: Check = {
  severity: 'info',
  summary:
    'No normalizer states this logsource, so the rule runs on unrecognised events and on sources whose configuration names it.',
  *find(document, { stated }) {
    const { logsource, lines } = logsourceOf(document);
    const { category, product, service } = logsource;
    if (lines.size === 0 || stated.length === 0) return;
    const heard = stated.some(
      (event) =>
        (product === null || product === event.product) &&
        (category === null || event.categories.includes(category)) &&
        (service === null || event.services.includes(service)),
    );
    if (heard) return;
    yield {
      line: Math.min(...lines.values()),
      message: `No normalizer states ${PARTS.map((part) => logsource[part])
        .filter((word) => word !== null)
        .join(' / ')}.`,
      fix: 'Name the logsource in the configuration of the source that sends such events.',
    };
  },
};

export const notLowerCase: Check = {
  severity: 'warning',
  summary: 'A word of the logsource has capitals; other tools do not find it.',
  *find({ root }) {
    for (const [key, { line, value }] of mapAt(root, 'logsource')?.entries ?? []) {
      if (!PARTS.some((part) => part === key) || value.kind !== 'scalar') continue;
      const text = String(value.value);
      if (text === text.toLowerCase()) continue;
      yield {
        line,
        message: `The ${key} ${quoted(text)} is not lower case.`,
        fix: `Write ${text.toLowerCase()}.`,
      };
    }
  },
};

export const misspeltPart: Check = {
  severity: 'error',
  summary:
    'A key of the logsource that looks like category, product or service and is not; the rule runs on more events.',
  *find({ root }) {
    yield* nearMisses(
      mapAt(root, 'logsource')?.entries ?? new Map(),
      [...PARTS, 'definition'],
      'a key of the logsource',
    );
  },
};

function logsourceOf({ root }: LintDocument): {
  logsource: RuleLogsource;
  lines: ReadonlyMap<string, number>;
} {
  const words = { category: null, product: null, service: null } as {
    [part in (typeof PARTS)[number]]: string | null;
  };
  const lines = new Map<string, number>();
  const map = mapAt(root, 'logsource');
  for (const part of PARTS) {
    const entry = map?.entries.get(part);
    if (entry?.value.kind !== 'scalar' || entry.value.value === null) continue;
    words[part] = String(entry.value.value).toLowerCase();
    lines.set(part, entry.line);
  }
  return { logsource: words, lines };
}

/** Words of the taxonomy, then those that normalizers and configuration state. */
function* knownWords(
  part: (typeof PARTS)[number],
  product: string | null,
  { stated }: LintCorpus,
): Generator<string> {
  if (part === 'product') yield* Object.keys(PRODUCTS);
  else if (part === 'category') yield* CATEGORIES;
  else if (product === null) yield* Object.values(PRODUCTS).flat();
  else if (Object.hasOwn(PRODUCTS, product)) yield* PRODUCTS[product]!;
  for (const event of stated) {
    if (part === 'product') yield* event.product === null ? [] : [event.product];
    else if (part === 'category') yield* event.categories;
    else if (product === null || product === event.product) yield* event.services;
  }
}

function includes(words: Iterable<string>, word: string): boolean {
  for (const known of words) if (known === word) return true;
  return false;
}
