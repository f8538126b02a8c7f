import { LEVELS, RELATION_TYPES, type Rule } from '../../../model/rule.js';
import { KNOWN_KEYS } from '../../read/rule-meta.js';
import { kindOf, scalarText } from '../../read/structure.js';
import { replacedRules } from '../../references.js';
import { quoted, suggest } from '../../rule-error.js';
import type { Check, Remark } from '../check.js';
import { scalarsAt, textAt } from '../document.js';

/** Checks on the keys that describe a rule (Sigma rules specification 2.1.0, "Components"). */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'];
/** The schema of correlations has one more. */
const RELATIONS = [...RELATION_TYPES, 'correlation'];
const MAX_TITLE = 256;
const MAX_NAME = 256;
const MAX_DESCRIPTION = 65_535;

export const missingId: Check = {
  severity: 'warning',
  summary:
    'The rule has no `id`; its alerts change their identity when the file is moved or the title edited.',
  *find({ root }) {
    if (root.entries.has('id')) return;
    yield {
      line: root.line,
      message: 'The rule has no id.',
      fix: 'Add an id, a UUID that never changes again (uuidgen).',
    };
  },
};

export const badId: Check = {
  severity: 'warning',
  summary: 'The `id` is not a UUID.',
  *find({ root }) {
    const entry = root.entries.get('id');
    const text = textAt(root, 'id');
    if (entry === undefined || (text !== null && UUID.test(text))) return;
    yield {
      line: entry.line,
      message: `${quoted(text ?? '')} is not a UUID.`,
      fix: 'Make one with uuidgen.',
    };
  },
};

export const badLevel: Check = {
  severity: 'error',
  summary:
    'The `level` is none of Sigma’s: in capitals other tools refuse it, any other alerts as medium here.',
  *find({ root }) {
    const text = textAt(root, 'level');
    const entry = root.entries.get('level');
    if (entry === undefined || LEVELS.some((level) => level === text)) return;
    const small = text?.toLowerCase();
    if (small !== undefined && LEVELS.some((level) => level === small)) {
      yield {
        line: entry.line,
        message: `The level ${quoted(text!)} is not lower case; other tools refuse it.`,
        fix: `Write ${small}.`,
      };
      return;
    }
    yield {
      line: entry.line,
      message: `There is no level ${quoted(text ?? '')}${suggest(text ?? '', LEVELS)}; the rule alerts as medium.`,
      fix: `Write one of ${LEVELS.join(', ')}.`,
    };
  },
};

export const missingLevel: Check = {
  severity: 'warning',
  summary: 'A rule that alerts has no `level`; it alerts as medium.',
  *find({ root, kind }) {
    if (kind === 'filter' || root.entries.has('level')) return;
    yield {
      line: root.line,
      message: 'The rule has no level; it alerts as medium.',
      fix: `Add one of ${LEVELS.join(', ')}.`,
    };
  },
};

export const badStatus: Check = {
  severity: 'error',
  summary: 'The `status` is none of Sigma’s.',
  *find({ root }) {
    const text = textAt(root, 'status');
    const entry = root.entries.get('status');
    if (entry === undefined || (text !== null && STATUSES.includes(text))) return;
    yield {
      line: entry.line,
      message: `There is no status ${quoted(text ?? '')}${suggest(text ?? '', STATUSES)}.`,
      fix: `Write one of ${STATUSES.join(', ')}.`,
    };
  },
};

export const missingDescription: Check = {
  severity: 'info',
  summary: 'The rule has no `description`; who gets the alert must read the detection.',
  *find({ root }) {
    if ((textAt(root, 'description') ?? '').trim() !== '') return;
    yield {
      line: root.line,
      message: 'The rule has no description.',
      fix: 'Say in a sentence what it sees and why that matters.',
    };
  },
};

export const badDate: Check = {
  severity: 'error',
  summary: 'A `date` or `modified` is not a day as YYYY-MM-DD.',
  *find({ root }) {
    for (const key of ['date', 'modified']) {
      const entry = root.entries.get(key);
      if (entry === undefined || isDay(textAt(root, key) ?? '')) continue;
      const shown = quoted(textAt(root, key) ?? '');
      yield {
        line: entry.line,
        message: `"${key}" is ${shown}, which is no day of the calendar.`,
        fix: 'Write YYYY-MM-DD.',
      };
    }
  },
};

export const modifiedBeforeDate: Check = {
  severity: 'warning',
  summary: 'The rule was `modified` before its `date`.',
  *find({ root }) {
    const [date, modified] = [textAt(root, 'date') ?? '', textAt(root, 'modified') ?? ''];
    if (!isDay(date) || !isDay(modified) || modified >= date) return;
    yield {
      line: root.entries.get('modified')!.line,
      message: `It was modified on ${modified}, before it was made on ${date}.`,
      fix: 'Correct one of the two.',
    };
  },
};

export const tooLong: Check = {
  severity: 'error',
  summary: 'A `title` or `name` of more than 256 characters, a `description` of more than 65535.',
  *find({ root }) {
    const limits = { title: MAX_TITLE, name: MAX_NAME, description: MAX_DESCRIPTION };
    for (const [key, limit] of Object.entries(limits)) {
      const length = textAt(root, key)?.length ?? 0;
      if (length <= limit) continue;
      const { line } = root.entries.get(key)!;
      yield {
        line,
        message: `"${key}" has ${length} characters, more than Sigma's ${limit}.`,
        fix: 'Shorten it.',
      };
    }
  },
};

const TEXTS = [
  'description',
  'license',
  'author',
  'taxonomy',
  'status',
  'level',
  'date',
  'modified',
  'id',
  'name',
];
const LISTS = ['references', 'fields', 'falsepositives', 'tags', 'scope', 'related'];
/** Sigma allows one text here, too. */
const TEXT_OR_LIST = new Set(['falsepositives']);

export const wrongShape: Check = {
  severity: 'error',
  summary:
    'A key of the metadata holds a list instead of text and is read as absent, or text instead of a list and is read as a list of it.',
  *find({ root }) {
    for (const key of TEXTS) {
      const entry = root.entries.get(key);
      if (entry === undefined || scalarText(entry.value) !== null) continue;
      yield {
        line: entry.line,
        message: `"${key}" must be text, not ${kindOf(entry.value)}.`,
        fix: 'Write one text, or leave it out.',
      };
    }
    for (const key of LISTS) {
      const entry = root.entries.get(key);
      if (entry === undefined || entry.value.kind === 'list' || TEXT_OR_LIST.has(key)) continue;
      yield {
        line: entry.line,
        message: `"${key}" must be a list, not ${kindOf(entry.value)}.`,
        fix: 'Write a list, or leave it out.',
      };
    }
  },
};

const KNOWN: readonly string[] = [...KNOWN_KEYS, 'vedette'];

export const misspeltKey: Check = {
  severity: 'warning',
  summary:
    'A key that looks like one of Sigma’s and is not; it is kept as a custom attribute without meaning.',
  *find({ root }) {
    yield* nearMisses(root.entries, KNOWN, 'a key of Sigma');
  },
};

/** Keys that differ from a known one by case, a plural or a letter. */
export function* nearMisses(
  keys: ReadonlyMap<string, { readonly line: number }>,
  known: readonly string[],
  what: string,
): Generator<Remark> {
  for (const [key, { line }] of keys) {
    if (known.includes(key)) continue;
    const meant = suggest(
      key,
      known.filter((other) => !keys.has(other)),
    );
    if (meant === '') continue;
    yield {
      line,
      message: `${quoted(key)} is not ${what}${meant}.`,
      fix: 'Correct the spelling, or choose another name for an attribute of your own.',
    };
  }
}

export const badRelated: Check = {
  severity: 'error',
  summary: 'An entry of `related` lacks a UUID or a type that Sigma knows, or names the rule itself.',
  *find({ root }) {
    const value = root.entries.get('related')?.value;
    if (value?.kind !== 'list') return;
    for (const item of value.items) {
      if (item.kind !== 'map') {
        yield {
          line: item.line,
          message: `An entry of "related" must be a map, not ${kindOf(item)}.`,
          fix: 'Write id and type.',
        };
        continue;
      }
      const [id, type] = [textAt(item, 'id'), textAt(item, 'type')];
      if (id === null || !UUID.test(id))
        yield {
          line: item.line,
          message: `${quoted(id ?? '')} is not the id of a rule.`,
          fix: 'Give the UUID of the related rule.',
        };
      else if (id.toLowerCase() === textAt(root, 'id')?.toLowerCase())
        yield {
          line: item.line,
          message: 'The rule is related to itself.',
          fix: 'Give the id of the other rule.',
        };
      if (type === null || !RELATIONS.includes(type))
        yield {
          line: item.line,
          message: `There is no relation ${quoted(type ?? '')}${suggest(type ?? '', RELATIONS)}.`,
          fix: `Write one of ${RELATION_TYPES.join(', ')}.`,
        };
    }
  },
};

export const duplicateEntry: Check = {
  severity: 'warning',
  summary: 'The same entry twice in `references`, `tags`, `fields` or `falsepositives`.',
  *find({ root }) {
    for (const key of ['references', 'tags', 'fields', 'falsepositives']) {
      const seen = new Set<string>();
      for (const node of scalarsAt(root, key)) {
        const text = String(node.value);
        if (seen.has(text))
          yield { line: node.line, message: `"${key}" has ${quoted(text)} twice.`, fix: 'Remove one.' };
        seen.add(text);
      }
    }
  },
};

export const duplicateRule: Check = {
  severity: 'warning',
  summary: 'Another rule matches exactly the same events.',
  *find({ rule, root }, { rules }) {
    if (rule === null || !isPlain(rule)) return;
    const twin = hashes(rules).get(rule.hash);
    if (twin === undefined || twin.id === rule.id) return;
    yield {
      line: root.line,
      message: `It matches exactly what ${quoted(twin.title)} at ${twin.place.file}:${twin.place.line} matches.`,
      fix: 'Keep one of the two, or say in one what makes it different.',
    };
  },
};

export const replacedRule: Check = {
  severity: 'warning',
  summary:
    'Another loaded rule says under `related` that it stands in the place of this one (`obsolete`, `merged`, `renamed`); both run.',
  *find({ rule, root }, { rules }) {
    if (rule === null) return;
    const id = rule.kind === 'detection' ? (rule.partOf ?? rule.id) : rule.id;
    const newer = replacements(rules).get(id);
    if (newer === undefined) return;
    yield {
      line: root.entries.get('id')?.line ?? root.line,
      message: `${quoted(newer.title)} at ${newer.place.file}:${newer.place.line} stands in the place of this rule; both run.`,
      fix: 'Remove or disable this one, or correct what that one says under "related".',
    };
  },
};

const hashesOf = new WeakMap<readonly Rule[], ReadonlyMap<string, Rule>>();

/** First detection rule of each hash. */
function hashes(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  let found = hashesOf.get(rules);
  if (found === undefined) {
    found = new Map([...rules.filter(isPlain)].reverse().map((rule) => [rule.hash, rule]));
    hashesOf.set(rules, found);
  }
  return found;
}

/** A rule of single events, and not only what a Sigma 1 rule counts. */
function isPlain(rule: Rule): boolean {
  return rule.kind === 'detection' && rule.partOf === undefined;
}

const replacementsOf = new WeakMap<readonly Rule[], ReadonlyMap<string, Rule>>();

/** By the id of the rule that is replaced. */
function replacements(rules: readonly Rule[]): ReadonlyMap<string, Rule> {
  let found = replacementsOf.get(rules);
  if (found === undefined) {
    found = new Map([...replacedRules(rules)].map(([{ id }, newer]) => [id, newer]));
    replacementsOf.set(rules, found);
  }
  return found;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
