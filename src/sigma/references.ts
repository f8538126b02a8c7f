import { type CorrelationRule, DERIVED_FIELDS, type Rule, type RuleFault } from '../model/rule.js';
import { misnamed, type NamedAgain, withListedNames } from './named-again.js';
import { quoted, suggest } from './rule-error.js';

/** Finds rules by id (any case) or name, as correlations and filters refer to them. */
export class RuleIndex {
  readonly #rules: readonly Rule[];
  readonly #indexes = new Map<string, number>();

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
    rules.forEach((rule, index) => {
      if (rule.kind === 'filter') return;
      if (rule.name !== null) this.#add(rule.name, index);
      this.#add(rule.id.toLowerCase(), index);
    });
  }

  /** Index into the rules, or undefined. */
  find(reference: string): number | undefined {
    return this.#indexes.get(reference) ?? this.#indexes.get(reference.toLowerCase());
  }

  /** The rules that a correlation names, in its order; unknown ones left out. */
  referenced(correlation: CorrelationRule): number[] {
    return correlation.rules.map((name) => this.find(name)).filter((index) => index !== undefined);
  }

  /** What correlations can name, but for the one that asks. */
  namesFor(asking: Rule): string[] {
    return this.#rules.flatMap((rule) =>
      rule.name === null || rule.kind === 'filter' || rule === asking ? [] : [rule.name],
    );
  }

  #add(key: string, index: number): void {
    if (!this.#indexes.has(key)) this.#indexes.set(key, index);
  }
}

/**
 * Refuses correlations that name unknown rules or, through others, themselves; and then those that need a refused
 * one. Those that remain call a rule the same wherever they name it.
 *
 * @param named where correlations name rules besides `rules`
 */
export function resolveReferences(
  rules: readonly Rule[],
  named: ReadonlyMap<Rule, NamedAgain>,
): { rules: readonly Rule[]; faults: RuleFault[] } {
  const faults: RuleFault[] = [];
  const steps = { left: MAX_STEPS };
  let kept = rules;
  for (;;) {
    const index = new RuleIndex(kept);
    const levels = levelsOf(kept, index);
    const refused = new Set<Rule>();
    for (const rule of kept) {
      if (rule.kind !== 'correlation') continue;
      const found = referenceFaults(rule, levels.get(rule), kept, index, steps, named.get(rule) ?? NOWHERE);
      if (found.length === 0) continue;
      refused.add(rule);
      faults.push(...found.map((fault, at) => (at === 0 ? fault : { ...fault, further: true })));
    }
    if (refused.size === 0) {
      const find = (name: string): number | undefined => index.find(name);
      const listed = kept.map((rule) => (rule.kind === 'correlation' ? withListedNames(rule, find) : rule));
      return { rules: listed, faults };
    }
    kept = kept.filter((rule) => !refused.has(rule));
  }
}

/** Levels of correlations over correlations: what one fires is placed in the next at once. */
const MAX_LEVELS = 32;
const TOO_DEEP = `The correlation waits for others through more than ${MAX_LEVELS} levels; take some out.`;

/** Of each correlation how many levels it is above detections; those in circles, and what needs them, have none. */
function levelsOf(rules: readonly Rule[], index: RuleIndex): ReadonlyMap<Rule, number> {
  const levels = new Map<Rule, number>();
  /** How many others each still waits for, and who waits for it. */
  const waiting = new Map<Rule, number>();
  const waiters = new Map<Rule, Rule[]>();
  for (const rule of rules) {
    if (rule.kind !== 'correlation') continue;
    const inner = new Set(index.referenced(rule).map((at) => rules[at]!));
    const correlations = [...inner].filter(({ kind }) => kind === 'correlation');
    waiting.set(rule, correlations.length);
    if (correlations.length === 0) levels.set(rule, 1);
    for (const other of correlations) {
      const known = waiters.get(other);
      if (known === undefined) waiters.set(other, [rule]);
      else known.push(rule);
    }
  }
  const above = new Map<Rule, number>();
  for (const [rule, level] of levels) {
    for (const outer of waiters.get(rule) ?? []) {
      above.set(outer, Math.max(above.get(outer) ?? 0, level + 1));
      const left = waiting.get(outer)! - 1;
      waiting.set(outer, left);
      // A map is gone through with what is added meanwhile.
      if (left === 0) levels.set(outer, above.get(outer)!);
    }
  }
  return levels;
}

const NOWHERE: NamedAgain = { condition: 0, absent: 0 };

/** @param level undefined = it is in a circle, or needs what is */
function referenceFaults(
  rule: CorrelationRule,
  level: number | undefined,
  rules: readonly Rule[],
  index: RuleIndex,
  steps: { left: number },
  lines: NamedAgain,
): RuleFault[] {
  const { place } = rule;
  const messages = unknownReferences(rule, index);
  if (messages.length === 0 && level === undefined) messages.push(...cycle(rule, rules, index, steps));
  if (messages.length > 0) return messages.map((message) => ({ place, code: 'rule.reference', message }));
  if (level !== undefined && level > MAX_LEVELS) return [{ place, code: 'rule.limit', message: TOO_DEEP }];
  return misnamed(rule, (name) => index.find(name), lines).map(({ code, line, message }) => ({
    place: line > 0 ? { ...place, line } : place,
    code,
    message,
  }));
}

/** To say what may be meant takes looking at all names. */
const MAX_TOLD = 20;

function unknownReferences(rule: CorrelationRule, index: RuleIndex): string[] {
  const unknown = new Set(rule.rules.filter((name) => index.find(name) === undefined));
  const told = [...unknown].slice(0, MAX_TOLD).map((name) => {
    const hint = suggest(name, index.namesFor(rule));
    return `The correlation needs the rule ${quoted(name)}, which is not loaded or was refused${hint}.`;
  });
  if (unknown.size > MAX_TOLD)
    told.push(
      `The correlation needs ${unknown.size - MAX_TOLD} more rules that are not loaded or were refused.`,
    );
  return told;
}

/** A way back to itself is looked for from each rule that may have one: of thousands in one circle not every time. */
const MAX_STEPS = 200_000;

/** The shortest way that leads back to the rule. */
function cycle(
  rule: CorrelationRule,
  rules: readonly Rule[],
  index: RuleIndex,
  steps: { left: number },
): string[] {
  if (steps.left <= 0)
    return ['The correlation is in a circle of correlations, or needs one that is; break the circle.'];
  const reachedFrom = new Map<Rule, CorrelationRule>();
  const pending = [rule];
  for (const from of pending) {
    for (const at of index.referenced(from)) {
      steps.left--;
      const other = rules[at]!;
      if (other === rule) return [circleWords(rule, from, reachedFrom)];
      if (other.kind !== 'correlation' || reachedFrom.has(other)) continue;
      reachedFrom.set(other, from);
      pending.push(other);
    }
  }
  return [];
}

function circleWords(
  rule: CorrelationRule,
  last: CorrelationRule,
  reachedFrom: ReadonlyMap<Rule, CorrelationRule>,
): string {
  const names: string[] = [];
  let at = last;
  for (; at !== rule && names.length < MAX_TOLD; at = reachedFrom.get(at)!)
    names.unshift(quoted(at.name ?? at.title));
  const through = names.length === 0 ? '' : ` through ${at === rule ? '' : '…, '}${names.join(', ')}`;
  return `The correlation needs itself${through}; break the circle.`;
}

/** Rules in whose place another loaded one stands, by what it says under `related`, and that one. Both go on. */
export function replacedRules(rules: readonly Rule[]): ReadonlyMap<Rule, Rule> {
  const byId = new Map(rules.map((rule) => [rule.id.toLowerCase(), rule]));
  const replaced = new Map<Rule, Rule>();
  for (const rule of rules) {
    for (const { id, type } of rule.related) {
      const other = byId.get(id.toLowerCase());
      if (other === undefined || other === rule || type === 'derived' || type === 'similar') continue;
      replaced.set(other, rule);
    }
  }
  return replaced;
}

/**
 * Per rule the fields whose values its hits must carry for the correlations that use it, directly or through other
 * correlations: group-by fields (an alias read as that rule's field) and the fields of the condition; those that
 * the keeper derives are left out. In the order of the correlations and of their fields.
 */
export function neededFields(rules: readonly Rule[]): (readonly string[])[] {
  const index = new RuleIndex(rules);
  const needed = rules.map(() => new Set<string>());
  for (const rule of rules) {
    if (rule.kind === 'correlation') addNeeds(rule, rules, index, needed);
  }
  return needed.map((fields) => [...fields]);
}

function addNeeds(
  correlation: CorrelationRule,
  rules: readonly Rule[],
  index: RuleIndex,
  needed: readonly Set<string>[],
): void {
  const own = [...correlation.groupBy, ...(correlation.condition?.fields ?? [])];
  const visit = (at: CorrelationRule, fields: readonly string[], depth: number): void => {
    for (const reference of at.rules) {
      const target = index.find(reference);
      if (target === undefined) continue;
      const named = fields
        .map((field) => aliasedField(at, field, target, index))
        .filter((field) => !DERIVED_FIELDS.includes(field));
      for (const field of named) needed[target]!.add(field);
      const rule = rules[target]!;
      // Circles are refused at load; the depth guards callers that skipped that.
      if (rule.kind === 'correlation' && depth < rules.length) visit(rule, named, depth + 1);
    }
  };
  visit(correlation, own, 0);
}

/** What the correlation calls `field` in the rule at `target`. */
export function aliasedField(
  correlation: CorrelationRule,
  field: string,
  target: number,
  index: RuleIndex,
): string {
  for (const [reference, aliased] of correlation.aliases.get(field) ?? []) {
    if (index.find(reference) === target) return aliased;
  }
  return field;
}

/**
 * Rules that raise no alert of their own because a correlation uses them: in its own file, unless it says
 * `generate: true`; in any file where it says `generate: false` (DESIGN §5). One `generate: true` outweighs others.
 */
export function silencedRules(rules: readonly Rule[]): ReadonlySet<number> {
  const index = new RuleIndex(rules);
  const silenced = new Set<number>();
  const generated = new Set<number>();
  for (const correlation of rules) {
    if (correlation.kind !== 'correlation') continue;
    for (const target of index.referenced(correlation)) {
      const sameFile = rules[target]!.place.file === correlation.place.file;
      if (correlation.generate === true) generated.add(target);
      else if (correlation.generate === false || sameFile) silenced.add(target);
    }
  }
  for (const target of generated) silenced.delete(target);
  return silenced;
}
