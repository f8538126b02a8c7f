import type { CorrelationRule } from '../../model/rule.js';
import type { WindowSetting } from './correlation-kind.js';

/** What a number is compared with. */
export type Bound = NonNullable<CorrelationRule['condition']>['bounds'][number];

/** The bounds of a condition, all of which must hold. */
export interface Threshold {
  readonly holds: (observed: number) => boolean;
  /** False when it holds for no number from the one to the other. */
  readonly mayHold: (least: number, most: number) => boolean;
  /** No whole number below can meet it. */
  readonly lowest: number;
  /** Above this all whole numbers are alike. */
  readonly enough: number;
}

/** More than this many hits or values of one group cannot be asked for: they would have to be remembered. */
const MAX_COUNT = 1_000_000;
const MIN_KEPT = 64;

/** The bounds of a rule; without any, at least `otherwise`. */
export function thresholdOf(rule: CorrelationRule, otherwise: number): Threshold {
  const written = rule.condition?.bounds ?? [];
  return withinAll(written.length > 0 ? written : [{ op: 'gte', value: otherwise }]);
}

/** @param bounds at least one */
export function withinAll(bounds: readonly Bound[]): Threshold {
  const lowest = bounds.reduce((low, { op, value }) => Math.max(low, LOWEST[op](value)), 0);
  const enough = bounds.reduce((high, { value }) => Math.max(high, Math.floor(value) + 1), lowest);
  const only = bounds.length === 1 && bounds[0]!.op === 'gte' ? bounds[0]!.value : null;
  return {
    holds:
      only !== null
        ? (observed) => observed >= only
        : (observed) => bounds.every(({ op, value }) => HOLDS[op](observed, value)),
    mayHold:
      only !== null
        ? (_least, most) => most >= only
        : (least, most) => bounds.every(({ op, value }) => MAY_HOLD[op](least, most, value)),
    lowest,
    enough,
  };
}

/** Whether no hit can meet the condition of a type that counts for good: a window must be over to know. */
export function needsSilence(rule: CorrelationRule): boolean {
  const bounds = rule.condition?.bounds ?? [];
  return bounds.length > 0 && !bounds.some(({ op }) => op === 'gt' || op === 'gte' || op === 'eq');
}

/** What is wrong with the condition of a type that counts, in words; null = nothing. */
export function countFault(rule: CorrelationRule): string | null {
  const bounds = rule.condition?.bounds ?? [];
  if (bounds.length === 0) return `${rule.type} needs a condition such as "gte: 10".`;
  if (needsSilence(rule)) {
    if (rule.type === 'temporal')
      return 'temporal with only an upper bound would be true of silence; write temporal_ordered with "vedette: {absent: …}" for what should have followed.';
    if (rule.refire === 'new')
      return 'A condition that only silence meets has no hit that brings a new value; remove "refire: new", or add "gte".';
    if (!canHold(thresholdOf(rule, 1), bounds.length))
      return `${rule.type} counts from the first hit of a group on, so that at least one is counted; write "lt: 2" for a hit that stays alone, or "vedette: {absent: …}" for one that must be followed.`;
  }
  const high = bounds.find(({ value }) => value > MAX_COUNT);
  if (high) return `${rule.type} can count to ${MAX_COUNT}; ${high.op}: ${high.value} asks for more.`;
  return null;
}

/** Whether some count from one on meets bounds of which each excludes one number or all above some. */
function canHold({ holds }: Threshold, bounds: number): boolean {
  for (let count = 1; count <= bounds + 1; count++) if (holds(count)) return true;
  return false;
}

/** How many hits or values a group keeps: what the threshold needs, in every window a late hit can fall into. */
export function keptCount(threshold: Threshold, setting: WindowSetting): number {
  const windows = 2 + Math.ceil(setting.allowedLatenessMs / setting.timespanMs);
  return Math.min(Math.max(threshold.enough * windows, MIN_KEPT), 2 * MAX_COUNT);
}

type Op = Bound['op'];

const HOLDS: Record<Op, (observed: number, bound: number) => boolean> = {
  gt: (observed, bound) => observed > bound,
  gte: (observed, bound) => observed >= bound,
  lt: (observed, bound) => observed < bound,
  lte: (observed, bound) => observed <= bound,
  eq: (observed, bound) => observed === bound,
  neq: (observed, bound) => observed !== bound,
};

const MAY_HOLD: Record<Op, (least: number, most: number, bound: number) => boolean> = {
  gt: (_least, most, bound) => most > bound,
  gte: (_least, most, bound) => most >= bound,
  lt: (least, _most, bound) => least < bound,
  lte: (least, _most, bound) => least <= bound,
  eq: (least, most, bound) => least <= bound && bound <= most,
  neq: (least, most, bound) => least !== bound || most !== bound,
};

const LOWEST: Record<Op, (bound: number) => number> = {
  gt: (bound) => Math.floor(bound) + 1,
  gte: (bound) => Math.ceil(bound),
  lt: () => 0,
  lte: () => 0,
  eq: (bound) => Math.ceil(bound),
  neq: () => 0,
};
