import type { Json } from '../model/json.js';
import type { FieldItem } from '../model/rule.js';
import type { EventView } from './event-view.js';
import { itemMatcher } from './match/item-matcher.js';
import { MatchState, SlotTable } from './match/match-state.js';
import { type Matcher, MatchReport } from './match/matcher.js';
import type { Scope } from './match/route.js';
import { compileItem } from './modifiers/compile-item.js';
import type { Placeholders } from './modifiers/expand.js';
import { buildCondition, type ConditionParts } from './rule-condition.js';

/** One part of a rule and whether it holds of an event. */
export type Verdict = LogicVerdict | ItemVerdict;

export interface LogicVerdict {
  /** `all` and `any` also stand for maps and lists of a selection. */
  readonly kind: 'all' | 'any' | 'not' | 'at_least' | 'selection';
  /** Name of the selection, which filter, or the number of `at_least`; null = none. */
  readonly name: string | null;
  readonly holds: boolean;
  readonly parts: readonly Verdict[];
}

export interface ItemVerdict {
  readonly kind: 'item';
  /** Null = keywords. */
  readonly field: string | null;
  readonly modifiers: readonly string[];
  readonly values: readonly Json[];
  readonly holds: boolean;
  /** What the rule found in the event; undefined = the field is absent. Keywords: the value that holds one. */
  readonly seen: unknown;
  /** The rule's values that hold, as written; empty where none does or none need. */
  readonly matched: readonly string[];
}

/**
 * Every part of a rule, and of the filters on it, with its truth: by the very matchers of the naive ruleset, which is
 * what the index is tested against. Throws RuleError for a placeholder without values.
 */
export function verdictOf(
  scopes: readonly Scope[],
  view: EventView,
  placeholders: Placeholders = {},
): Verdict {
  const slots = new SlotTable();
  const [rule, ...filters] = scopes.map((scope) =>
    buildCondition([scope], PARTS, (item): JudgedItem => {
      return { item, matcher: itemMatcher(compileItem(item, placeholders), slots) };
    }),
  );
  const state = new MatchState(slots.fields);
  state.begin(view);
  const verdict = rule!(state, view);
  if (filters.length === 0) return verdict;
  const judged = filters.map((judge, i): Verdict => {
    return logic('all', `the filter "${scopes[i + 1]!.title}"`, [judge(state, view)]);
  });
  return logic('all', null, [verdict, ...judged]);
}

type Judge = (state: MatchState, view: EventView) => Verdict;

interface JudgedItem {
  readonly item: FieldItem;
  readonly matcher: Matcher;
}

/** Every part is looked at, also where others have decided. */
const PARTS: ConditionParts<Judge, JudgedItem> = {
  item: ({ item, matcher }) => {
    const { field, modifiers, values } = item;
    return (state, view) => {
      const report = new MatchReport();
      matcher.explain(state, report);
      const [first] = report.matches;
      return {
        kind: 'item',
        field,
        modifiers,
        values,
        holds: matcher.holds(state),
        seen: field === null ? first?.value : view.get(field),
        matched: report.matches.map(({ pattern }) => pattern),
      };
    };
  },
  all: (parts) => joined('all', null, parts),
  any: (parts) => joined('any', null, parts),
  not: (part) => joined('not', null, [part]),
  atLeast: (count, parts) => joined('at_least', String(count), parts),
  selection: (name, part) => (state, view) => {
    const verdict = part(state, view);
    const parts = verdict.kind === 'all' ? verdict.parts : [verdict];
    return { kind: 'selection', name, holds: verdict.holds, parts };
  },
};

function joined(kind: LogicVerdict['kind'], name: string | null, judges: readonly Judge[]): Judge {
  return (state, view) =>
    logic(
      kind,
      name,
      judges.map((judge) => judge(state, view)),
    );
}

function logic(kind: LogicVerdict['kind'], name: string | null, parts: readonly Verdict[]): LogicVerdict {
  const holding = parts.filter(({ holds }) => holds).length;
  const holds =
    kind === 'not'
      ? holding === 0
      : kind === 'at_least'
        ? holding >= Number(name)
        : kind === 'any'
          ? holding > 0
          : holding === parts.length;
  return { kind, name, holds, parts };
}

/**
 * What decided, from the whole down to one item or to parts that cannot be told apart: of parts that must all hold the
 * first that does not, of alternatives the one that came nearest.
 */
export function decisivePath(verdict: Verdict): readonly Verdict[] {
  const next = nextDecisive(verdict);
  return next === null ? [verdict] : [verdict, ...decisivePath(next)];
}

function nextDecisive(verdict: Verdict): Verdict | null {
  const { kind } = verdict;
  if (kind === 'item') return null;
  if (kind === 'not') return verdict.parts[0]!;
  const alike = verdict.parts.filter(({ holds }) => holds === verdict.holds);
  const isChoice = kind === 'any' || kind === 'at_least';
  if (verdict.holds) return isChoice || alike.length === 1 ? alike[0]! : null;
  return isChoice ? nearest(alike) : alike[0]!;
}

function nearest(parts: readonly Verdict[]): Verdict {
  return parts.reduce((best, part) => (shareOf(part) > shareOf(best) ? part : best));
}

function shareOf(verdict: Verdict): number {
  if (verdict.kind === 'item' || verdict.kind === 'not') return verdict.holds ? 1 : 0;
  const shares = verdict.parts.map(shareOf);
  return verdict.kind === 'any'
    ? Math.max(0, ...shares)
    : shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}
