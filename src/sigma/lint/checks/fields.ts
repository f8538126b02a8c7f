import { isEcsField } from '../../../model/event.js';
import { DERIVED_FIELDS } from '../../../model/rule.js';
import { quoted } from '../../rule-error.js';
import type { Check, LintCorpus } from '../check.js';
import { itemsOf } from '../document.js';

/** Checks of field names, which match case and all. */

export const otherCase: Check = {
  severity: 'warning',
  summary:
    'A field name in a spelling of its own where other rules of the product, or ECS, have another case: names match case and all.',
  *find(document, corpus) {
    const product = productOf(document);
    for (const { field, line } of itemsOf(document)) {
      if (field === null || isEcsField(field)) continue;
      if (isEcsField(field.toLowerCase())) {
        yield {
          line,
          message: `${quoted(field)} is ${field.toLowerCase()} in ECS.`,
          fix: `Write ${field.toLowerCase()}.`,
        };
        continue;
      }
      const usual = usualSpelling(corpus, product, field);
      if (usual === null) continue;
      yield {
        line,
        message: `Other rules call ${quoted(field)} ${quoted(usual)}; names match case and all.`,
        fix: `Write ${usual}, if the log does.`,
      };
    }
  },
};

export const blankInField: Check = {
  severity: 'warning',
  summary: 'A field name begins or ends with a blank.',
  *find(document) {
    for (const { field, line } of itemsOf(document)) {
      if (field === null || field === field.trim()) continue;
      yield {
        line,
        message: `The field name ${quoted(field)} has a blank at its edge.`,
        fix: 'Take it away.',
      };
    }
  },
};

export const derivedField: Check = {
  severity: 'warning',
  summary: 'A detection asks for a field that only correlations derive: no event has it.',
  *find(document) {
    for (const { field, line } of itemsOf(document)) {
      // Under the name of `entity` events may have something of their own.
      if (field === null || field === 'entity' || !DERIVED_FIELDS.includes(field)) continue;
      yield {
        line,
        message: `No event has ${quoted(field)}; correlations derive it to group by it or count it.`,
        fix: 'Name it under group-by, or as the field of the condition of a correlation.',
      };
    }
  },
};

/** How often the usual spelling is met for each time of the other. */
const MAJORITY = 10;

function usualSpelling(corpus: LintCorpus, product: string, field: string): string | null {
  const counts = spellings(corpus).get(`${product} ${field.toLowerCase()}`);
  if (counts === undefined || counts.size < 2) return null;
  const [usual, most] = [...counts].sort(([, a], [, b]) => b - a)[0]!;
  return usual !== field && most >= MAJORITY * counts.get(field)! ? usual : null;
}

const byCorpus = new WeakMap<LintCorpus, ReadonlyMap<string, ReadonlyMap<string, number>>>();

/** Product and lower-cased name → spelling → uses. */
function spellings(corpus: LintCorpus): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const known = byCorpus.get(corpus);
  if (known !== undefined) return known;
  const found = new Map<string, Map<string, number>>();
  for (const document of corpus.documents) {
    const product = productOf(document);
    for (const { field } of itemsOf(document)) {
      if (field === null) continue;
      const key = `${product} ${field.toLowerCase()}`;
      const counts = found.get(key) ?? new Map<string, number>();
      counts.set(field, (counts.get(field) ?? 0) + 1);
      found.set(key, counts);
    }
  }
  byCorpus.set(corpus, found);
  return found;
}

function productOf({ rule }: LintCorpus['documents'][number]): string {
  return rule === null || rule.kind === 'correlation'
    ? ''
    : `${rule.logsource.product} ${rule.logsource.service}`;
}
