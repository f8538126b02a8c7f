import { type Json, toJsonText } from './model/json.js';
import type { Logsource } from './model/logsource.js';
import type { DetectionRule, Rule } from './model/rule.js';
import { type EnrichmentSettings, enrichmentOf, readRecord } from './pipeline.js';
import { EventFieldView, type EventView } from './sigma/event-view.js';
import { routingProblem, scopesOf } from './sigma/match/route.js';
import { patternOf } from './sigma/modifiers/compile-item.js';
import type { Placeholders } from './sigma/modifiers/expand.js';
import { RuleError } from './sigma/rule-error.js';
import { decisivePath, type ItemVerdict, type Verdict, verdictOf } from './sigma/verdict.js';

/** Why a rule does not match a log record, in words. `clock`: when it is received, ms. */
export function reasonAgainst(rule: DetectionRule, text: string, clock: number, among: Among): string {
  const { view, logsource } = seenLine(text, clock, among.enrichment);
  try {
    return routingProblem(rule, logsource) ?? causeText(verdictIn(among, rule, view), view);
  } catch (error) {
    if (error instanceof RuleError) return error.message;
    throw error;
  }
}

/** What a rule is explained with: all rules, its filters among them, and what the configuration adds. */
export interface Among {
  readonly rules: readonly Rule[];
  readonly enrichment: EnrichmentSettings | null;
  readonly placeholders: Placeholders;
}

/** Throws a RuleError when the rule cannot match anything. */
export function verdictIn({ rules, placeholders }: Among, rule: DetectionRule, view: EventView): Verdict {
  const filters = rules.filter((other) => other.kind === 'filter');
  return verdictOf(scopesOf(rule, filters), view, placeholders);
}

/** A log record as rules see it. */
export function seenLine(
  text: string,
  clock: number,
  enrichment: EnrichmentSettings | null,
): { view: EventView; logsource: Logsource } {
  const enrich = enrichment === null ? null : enrichmentOf(enrichment, null);
  const { event, view } = readRecord(text, clock, undefined, enrich);
  return { view, logsource: event.logsource };
}

/** The selection and in it the part that decided, with its truth: inside a `not` it is what holds that was not to. */
export function causeText(verdict: Verdict, view: EventView): string {
  const path = decisivePath(verdict);
  const last = path.at(-1)!;
  const selection = path.findLast(({ kind }) => kind === 'selection');
  const of = selection === undefined || selection === last ? '' : `${textOf(selection, view)}: `;
  return `${of}${last.holds ? '✓' : '✗'} ${textOf(last, view)}`;
}

const WORDS = { all: 'all of', any: 'any of', not: 'not', selection: '' } as const;

/** One part of a verdict in words. */
export function textOf(verdict: Verdict, view: EventView): string {
  if (verdict.kind === 'item') return itemText(verdict, view);
  const word = verdict.kind === 'at_least' ? `${verdict.name} of` : WORDS[verdict.kind];
  return [word, verdict.kind === 'at_least' ? '' : (verdict.name ?? '')]
    .filter((part) => part !== '')
    .join(' ');
}

const MAX_SHOWN = 200;
const MAX_VALUES = 4;

/** `field|modifier: wanted ← seen (where)` */
function itemText(item: ItemVerdict, view: EventView): string {
  const key = [item.field ?? 'keyword', ...item.modifiers].join('|');
  const wanted = decisiveValues(item);
  const shown = wanted
    .slice(0, MAX_VALUES)
    .map((value) => shorten(toText(value)))
    .join(' | ');
  const more = wanted.length > MAX_VALUES ? ` | … ${wanted.length - MAX_VALUES} more` : '';
  return `${key}: ${shown}${more} ← ${seenText(item)}${whereText(item, view)}`;
}

/** Those that hold; of an item that asks for all of them, those that do not. */
function decisiveValues({ matched, values, modifiers, holds }: ItemVerdict): readonly Json[] {
  if (matched.length === 0) return values;
  if (holds || !modifiers.includes('all') || modifiers.includes('neq')) return matched;
  return values.filter((value) => !matched.includes(patternOf(value)));
}

function seenText({ field, seen, holds }: ItemVerdict): string {
  if (seen !== undefined && !(field === null && seen === '')) return shorten(toText(seen));
  if (field !== null) return 'absent';
  return holds ? 'the record' : 'nowhere in the record';
}

function whereText({ field, seen }: ItemVerdict, view: EventView): string {
  if (field === null || seen === undefined || !(view instanceof EventFieldView)) return '';
  const found = view.foundUnder(field);
  if (found === null || found.name === field) return found?.in === 'record' ? ' (of the record)' : '';
  return found.in === 'record' ? ` (${found.name} of the record)` : ` (${found.name})`;
}

export function toText(value: unknown): string {
  if (typeof value !== 'string') return toJsonText(value);
  return value === value.trim() && value !== '' ? value : `'${value}'`;
}

export function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
}
