import type { CorrelationRule, CorrelationType, FilterRule, Rule } from '../../../model/rule.js';
import { nearest } from '../../../model/suggest.js';
import { appliesTo } from '../../match/route.js';
import { RuleIndex } from '../../references.js';
import { quoted } from '../../rule-error.js';
import type { Check } from '../check.js';
import { bodyOf, type LintDocument, mapAt } from '../document.js';

/** Checks of correlations and filters (Sigma correlation and filters specifications 2.1.0). */

export const missingGroupBy: Check = {
  severity: 'warning',
  summary: 'A correlation without `group-by` counts everything together; Sigma’s schema asks for one.',
  *find(document) {
    const rule = correlationOf(document);
    if (rule === null || rule.groupBy.length > 0) return;
    yield {
      line: lineOf(document, 'group-by'),
      message: 'The correlation counts all hosts, users and addresses together.',
      fix: 'Add group-by with the fields that belong together.',
    };
  },
};

export const emptyRange: Check = {
  severity: 'error',
  summary: 'No number satisfies all bounds of a correlation’s condition.',
  *find(document) {
    const rule = correlationOf(document);
    if (rule === null) return;
    const bounds = rule.condition?.bounds ?? [];
    const low = bounds.filter(({ op }) => op === 'gt' || op === 'gte' || op === 'eq');
    const high = bounds.filter(({ op }) => op === 'lt' || op === 'lte' || op === 'eq');
    const isEmpty =
      low.some((min) =>
        high.some(
          (max) => min.value > max.value || (min.value === max.value && (min.op === 'gt' || max.op === 'lt')),
        ),
      ) ||
      bounds.some(
        ({ op, value }) => op === 'eq' && bounds.some((no) => no.op === 'neq' && no.value === value),
      ) ||
      (COUNTING.has(rule.type) && !someCountMeets(bounds));
    if (!isEmpty) return;
    yield {
      line: lineOf(document, 'condition'),
      message: 'No number satisfies all bounds of the condition.',
      fix: 'Correct the bounds.',
    };
  },
};

type Bound = NonNullable<CorrelationRule['condition']>['bounds'][number];

const COUNTING: ReadonlySet<CorrelationType> = new Set([
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
]);

/** A group has an event, and half of one there is not. Where bounds part the counts, one next to a bound meets them all if any does. */
function someCountMeets(bounds: readonly Bound[]): boolean {
  const near = bounds.flatMap(({ value }) => [
    Math.floor(value) - 1,
    Math.floor(value),
    Math.ceil(value),
    Math.ceil(value) + 1,
  ]);
  return [1, ...near].some((count) => count >= 1 && bounds.every((bound) => isMet(bound, count)));
}

function isMet({ op, value }: Bound, count: number): boolean {
  switch (op) {
    case 'gt':
      return count > value;
    case 'gte':
      return count >= value;
    case 'lt':
      return count < value;
    case 'lte':
      return count <= value;
    case 'eq':
      return count === value;
    case 'neq':
      return count !== value;
  }
}

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];

export const unknownKey: Check = {
  severity: 'error',
  summary: 'A key of a correlation or of its condition that means nothing there.',
  *find(document) {
    const rule = correlationOf(document);
    const map = mapAt(document.root, 'correlation');
    if (rule === null || map === null) return;
    for (const [key, { line }] of map.entries) {
      if (KEYS.includes(key)) continue;
      const near = nearest(key, KEYS);
      const fix =
        near !== null
          ? `Write ${near}.`
          : key === 'refire' || key === 'absent'
            ? 'Write it under "vedette", beside "correlation".'
            : 'Remove it.';
      yield { line, message: `A correlation has no key ${quoted(key)}.`, fix };
    }
    const condition = map.entries.get('condition')?.value;
    if (condition?.kind !== 'map') return;
    const idle = [
      ...(rule.type === 'value_percentile' ? [] : ['percentile']),
      ...(rule.type.startsWith('value_') ? [] : ['field']),
    ];
    for (const key of idle) {
      const line = condition.entries.get(key)?.line;
      if (line === undefined) continue;
      yield {
        line,
        message: `A ${rule.type} has no use for ${quoted(key)}.`,
        fix: 'Remove it, or correct the type.',
      };
    }
  },
};

export const countOfOne: Check = {
  severity: 'warning',
  summary: 'A count that one event satisfies: the correlation is its base rule with more work.',
  *find(document) {
    const rule = correlationOf(document);
    if (
      rule === null ||
      (rule.type !== 'event_count' && rule.type !== 'value_count') ||
      // The first of a value in a while: many events in a row are one.
      rule.refire === 'new' ||
      rule.condition === null
    )
      return;
    const { bounds } = rule.condition;
    const one = bounds.every(({ op, value }) => (op === 'gte' && value <= 1) || (op === 'gt' && value < 1));
    if (bounds.length === 0 || !one) return;
    yield {
      line: lineOf(document, 'condition'),
      message: 'One event satisfies the condition.',
      fix: 'Raise the bound, or alert on the base rule itself.',
    };
  },
};

export const loneStep: Check = {
  severity: 'warning',
  summary: 'A temporal correlation of a single rule, which any hit of it satisfies.',
  *find(document) {
    const rule = correlationOf(document);
    if (rule === null || !rule.type.startsWith('temporal') || new Set(rule.rules).size > 1) return;
    if (rule.type === 'temporal_ordered' && (rule.rules.length > 1 || rule.absent !== undefined)) return;
    yield {
      line: lineOf(document, 'rules'),
      message: 'One rule has nothing to be near to.',
      fix: 'Name a second rule, or use event_count.',
    };
  },
};

export const idleAlias: Check = {
  severity: 'error',
  summary:
    'An alias that nothing groups by or counts, or that speaks of a rule which the correlation does not name.',
  *find(document, { rules }) {
    const rule = correlationOf(document);
    if (rule === null || rule.aliases.size === 0) return;
    const line = lineOf(document, 'aliases');
    const index = new RuleIndex(rules);
    const named = new Set(index.referenced(rule));
    for (const [alias, fields] of rule.aliases) {
      if (!rule.groupBy.includes(alias) && !rule.condition?.fields.includes(alias))
        yield {
          line,
          message: `Nothing uses the alias ${quoted(alias)}.`,
          fix: 'Name it under group-by, or remove it.',
        };
      for (const reference of fields.keys()) {
        if (named.has(index.find(reference) ?? -1)) continue;
        yield {
          line,
          message: `The alias ${quoted(alias)} speaks of ${quoted(reference)}, which the correlation does not name.`,
          fix: 'Write the id or name of a rule under "rules".',
        };
      }
    }
  },
};

export const filterMetadata: Check = {
  severity: 'warning',
  summary: 'A filter with a `level` or `status`, which mean nothing there.',
  *find({ kind, root }) {
    if (kind !== 'filter') return;
    for (const key of ['level', 'status']) {
      const entry = root.entries.get(key);
      if (entry !== undefined)
        yield { line: entry.line, message: `A filter has no ${key}.`, fix: 'Remove it.' };
    }
  },
};

export const idleFilter: Check = {
  severity: 'error',
  summary: 'A filter that applies to no rule: none has the id or name, or the logsource.',
  *find(document, { rules }) {
    const { rule } = document;
    if (rule?.kind !== 'filter') return;
    const line = lineOf(document, 'rules');
    if (rule.rules === 'any') {
      if (!rules.some((other) => other.kind === 'detection' && appliesTo(rule, other)))
        yield {
          line,
          message: 'No rule has the logsource of the filter.',
          fix: 'Correct the logsource, or load the rules together with it.',
        };
      return;
    }
    const index = new RuleIndex(rules);
    const counted = new Map(
      rules.flatMap((other) =>
        other.kind === 'detection' && other.partOf !== undefined ? [[other.partOf, other] as const] : [],
      ),
    );
    for (const name of rule.rules) {
      const target = rules[index.find(name) ?? -1];
      if (target === undefined) {
        yield {
          line,
          message: `There is no rule ${quoted(name)}.`,
          fix: 'Correct the id or name, or load the rule together with the filter.',
        };
      } else if (!concerns(rule, name, counted.get(target.id) ?? target)) {
        yield {
          line,
          message: `The filter does not apply to ${quoted(name)}: it is a correlation, or its logsource is another.`,
          fix: 'Leave out of the logsource what that rule does not name; of a correlation filter the rules it names.',
        };
      }
    }
  },
};

/** Does the filter, by this one of the names in it, have a say in the rule? */
function concerns(filter: FilterRule, name: string, rule: Rule): boolean {
  return rule.kind === 'detection' && appliesTo({ ...filter, rules: [name] }, rule);
}

function correlationOf({ rule }: LintDocument): CorrelationRule | null {
  return rule?.kind === 'correlation' ? rule : null;
}

function lineOf(document: LintDocument, key: string): number {
  const body = bodyOf(document);
  return body?.entries.get(key)?.line ?? body?.line ?? document.root.line;
}
