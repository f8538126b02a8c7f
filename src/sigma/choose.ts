import { type Glob, globOfStars } from '../model/glob.js';
import type { CorrelationRule, Rule, RuleLogsource } from '../model/rule.js';
import {
  type RuleChoice,
  type RuleSelector,
  SELECTOR_KEYS,
  type SelectorKey,
} from '../model/rule-selector.js';
import { RuleIndex } from './references.js';
import { suggest } from './rule-error.js';

export interface ChosenRules {
  /** Those that run, in their order. */
  readonly rules: readonly Rule[];
  /** Ids of rules that run because a correlation needs them, and raise no alert: nobody chose them. */
  readonly silent: ReadonlySet<string>;
  /** Selectors that no rule meets, in words. */
  readonly warnings: readonly string[];
}

/**
 * Which rules run: those of `only`, or all, without those of `disable`, with those of `enable`. A rule that was not
 * chosen goes on without alerts while a correlation that runs needs it. Filters are no detections: only their id, name
 * or path disables one.
 */
export function chooseRules(rules: readonly Rule[], choice: RuleChoice): ChosenRules {
  const index = new RuleIndex(rules);
  const warnings: string[] = [];
  const membersOf = (key: keyof RuleChoice): ReadonlySet<Rule> => {
    const members = new Set<Rule>();
    choice[key].forEach((selector, i) => {
      const holds = selectorTest(selector, rules, index);
      const found = rules.filter(holds);
      for (const rule of found) members.add(rule);
      if (found.length === 0) warnings.push(unmatched(`rules.${key}.${i}`, selector, rules));
    });
    return members;
  };
  const only = membersOf('only');
  const disabled = membersOf('disable');
  const enabled = membersOf('enable');
  const chosen = new Set(
    rules.filter((rule) => {
      if (enabled.has(rule)) return true;
      const wanted = choice.only.length === 0 || rule.kind === 'filter' || only.has(rule);
      return wanted && !disabled.has(rule);
    }),
  );
  const needed = neededBy([...chosen], rules, index);
  return {
    rules: rules.filter((rule) => isRunning(rule, chosen, needed)),
    silent: new Set([...needed].filter((rule) => !chosen.has(rule)).map(({ id }) => id)),
    warnings,
  };
}

/** What was split off from a correlation goes with it. */
function isRunning(rule: Rule, chosen: ReadonlySet<Rule>, needed: ReadonlySet<Rule>): boolean {
  return needed.has(rule) || (chosen.has(rule) && (rule.kind !== 'detection' || rule.partOf === undefined));
}

/** All that the correlations among `chosen` name, directly or through others. */
function neededBy(chosen: readonly Rule[], rules: readonly Rule[], index: RuleIndex): Set<Rule> {
  const needed = new Set<Rule>();
  const pending = chosen.filter((rule) => rule.kind === 'correlation');
  for (let rule = pending.pop(); rule !== undefined; rule = pending.pop()) {
    for (const target of index.referenced(rule)) {
      const other = rules[target]!;
      if (needed.has(other)) continue;
      needed.add(other);
      if (other.kind === 'correlation') pending.push(other);
    }
  }
  return needed;
}

function selectorTest(
  selector: RuleSelector,
  rules: readonly Rule[],
  index: RuleIndex,
): (rule: Rule) => boolean {
  if (typeof selector === 'string') {
    const id = selector.toLowerCase();
    return (rule) => rule.name === selector || rule.id.toLowerCase() === id;
  }
  const tests = SELECTOR_KEYS.flatMap((key) => {
    const values = selector[key];
    return values === undefined ? [] : [KEY_TESTS[key](values, { rules, index })];
  });
  return (rule) => tests.every((holds) => holds(rule));
}

interface Loaded {
  readonly rules: readonly Rule[];
  readonly index: RuleIndex;
}

type KeyTest = (values: readonly string[], loaded: Loaded) => (rule: Rule) => boolean;

const KEY_TESTS: Readonly<Record<SelectorKey, KeyTest>> = {
  id: (values) => testOf(values, ({ id }) => [id.toLowerCase()]),
  name: (values) => testOf(values, ({ name }) => (name === null ? [] : [name.toLowerCase()])),
  path: pathTest,
  level: (values) => testOf(values, (rule) => (rule.kind === 'filter' ? [] : [rule.level])),
  status: (values) =>
    testOf(values, ({ kind, status }) =>
      kind === 'filter' || status === null ? [] : [status.toLowerCase()],
    ),
  tag: (values) =>
    testOf(values, ({ kind, tags }) => (kind === 'filter' ? [] : tags.map((tag) => tag.toLowerCase()))),
  product: (values, loaded) => logsourceTest('product', values, loaded),
  category: (values, loaded) => logsourceTest('category', values, loaded),
  service: (values, loaded) => logsourceTest('service', values, loaded),
};

/** In any case. */
function testOf(
  values: readonly string[],
  textsOf: (rule: Rule) => readonly string[],
): (rule: Rule) => boolean {
  const globs = values.map((value) => globOfStars(value.toLowerCase()));
  return (rule) => textsOf(rule).some((text) => globs.some((glob) => glob.test(text)));
}

/** A file or folder, whole or by the end of its path: `web/*` and `sigma/web` are both in `rules/sigma/web/x.yml`. */
function pathTest(values: readonly string[]): (rule: Rule) => boolean {
  const globs: Glob[] = values.flatMap((value) => {
    const path = value.replace(/^\.\//, '').replace(/\/+$/, '');
    return [path, `*/${path}`, `${path}/*`, `*/${path}/*`].map(globOfStars);
  });
  return ({ place }) => globs.some((glob) => glob.test(place.file));
}

/** Of a correlation: that of all rules it counts. */
function logsourceTest(
  key: keyof RuleLogsource,
  values: readonly string[],
  { rules, index }: Loaded,
): (rule: Rule) => boolean {
  const globs = values.map((value) => globOfStars(value.toLowerCase()));
  const holds = (rule: Rule, seen: readonly CorrelationRule[]): boolean => {
    if (rule.kind === 'filter') return false;
    if (rule.kind === 'detection') {
      const word = rule.logsource[key];
      return word !== null && globs.some((glob) => glob.test(word));
    }
    const targets = seen.includes(rule) ? [] : index.referenced(rule);
    return targets.length > 0 && targets.every((target) => holds(rules[target]!, [...seen, rule]));
  };
  return (rule) => holds(rule, []);
}

function unmatched(path: string, selector: RuleSelector, rules: readonly Rule[]): string {
  if (typeof selector !== 'string') {
    return `${path}: no loaded rule has all of ${JSON.stringify(selector)}; the entry has no effect.`;
  }
  const known = rules.flatMap(({ id, name }) => (name === null ? [id] : [id, name]));
  return `${path}: no loaded rule has the id or name ${JSON.stringify(selector)}${suggest(selector, known)}; the entry has no effect.`;
}
