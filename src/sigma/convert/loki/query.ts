import { type Clause, type Junction, junction, type Leaf, leavesOf } from '../expression.js';
import { addedLineFilter } from './added-line-filter.js';
import { ComputedLabels } from './computed-labels.js';
import { labelFilters, mayLeaveErrors, withAbsent } from './label-filter.js';
import { separate } from './line-filter.js';
import type { LokiOptions } from './options.js';
import type { Stream } from './stream.js';
import { regexOfPieces } from './text.js';

/** What a query is made for. */
export interface QueryShape {
  readonly stream: Stream;
  readonly options: LokiOptions;
  /** Labels that the stage behind the query needs: lines are parsed for them also where no field is asked for. */
  readonly needsLabels: boolean;
  /** It is counted: a line with an error on it would fail the whole. */
  readonly isMetric: boolean;
}

/** Loki takes queries of 5,120 bytes; some room is left for what counts them. */
const LONGEST = 4096;

/** What stands around a value. */
const OVERHEAD = 16;
/** Choices that are tried, at most, to make a query shorter by. */
const MOST_TRIED = 32;

/** Queries that together find what the clause says: one, or several where it would be too long and a choice can be split. */
export function queriesOf(clause: Clause, shape: QueryShape): string[] {
  const query = queryOf(clause, shape);
  if (!isTooLong(query)) return [query];
  const choice = highestChoices(clause)
    .slice(0, MOST_TRIED)
    .find((one) => one === clause || !isTooLong(queryOf(withPart(clause, one, longestOf(one)), shape)));
  if (choice === undefined) return [query];
  const size = Math.ceil(choice.of.length / Math.ceil(Buffer.byteLength(query) / LONGEST));
  const queries: string[] = [];
  for (let from = 0; from < choice.of.length; from += size) {
    const part = junction('or', choice.of.slice(from, from + size));
    for (const one of queriesOf(withPart(clause, choice, part), shape)) queries.push(one);
  }
  return queries;
}

function longestOf(choice: Junction): Clause {
  return choice.of.reduce((longest, part) => (sizeOf(part) > sizeOf(longest) ? part : longest));
}

/** About as long as it is written. */
function sizeOf(clause: Clause): number {
  return leavesOf(clause).reduce((sum, { field, test }) => {
    const { length } =
      test.kind === 'text' ? regexOfPieces(test.pieces) : test.kind === 'regex' ? test.source : '';
    return sum + (field?.length ?? 0) + length + OVERHEAD;
  }, 0);
}

export function isTooLong(query: string): boolean {
  return Buffer.byteLength(query) > LONGEST;
}

function queryOf(clause: Clause, shape: QueryShape): string {
  const { stream, options } = shape;
  const { lineFilters, labels } = separate(clause, {
    caseSensitive: options.caseSensitive,
    isJson: stream.isJson,
  });
  const filters = lineFilters.map((filter) => ` ${filter}`).join('');
  if (labels === null && !shape.needsLabels) return `${stream.selector}${filters}`;
  const rest = ` ${labels === null ? onlyParsed(shape) : `${stream.parser} ${labelStages(labels, shape)}`}`;
  const query = `${stream.selector}${filters}${rest}`;
  const isSought = lineFilters.length > 0 || labels === null || leavesOf(labels).some(isComputed);
  if (isSought || !options.addLineFilters) return query;
  const added = addedLineFilter(labels, { caseSensitive: options.caseSensitive, lines: stream.lines });
  const withFilter = `${stream.selector} ${added}${rest}`;
  return added === null || isTooLong(withFilter) ? query : withFilter;
}

function onlyParsed({ stream: { parser, lines }, isMetric }: QueryShape): string {
  const stages = parser.replace(/\s*\|$/, '');
  return isMetric && lines !== 'logfmt' ? `${stages} | __error__=""` : stages;
}

/** Filters, then the labels to be computed and the filters that ask for them. */
function labelStages(labels: Clause, { stream, options, isMetric }: QueryShape): string {
  const clause = withAbsent(labels);
  const parts = clause.kind === 'and' ? clause.of : [clause];
  const hasComputed = (part: Clause): boolean => leavesOf(part).some(isComputed);
  const context = { caseSensitive: options.caseSensitive, computed: new ComputedLabels() };
  const written = (of: readonly Clause[]): string[] =>
    of.length === 0 ? [] : [labelFilters(junction('and', of), context)];
  const plain = written(parts.filter((part) => !hasComputed(part)));
  const computed = written(parts.filter(hasComputed));
  const { stage } = context.computed;
  const errors = isMetric && mayLeaveErrors(clause, stream.lines === 'logfmt') ? ['__error__=""'] : [];
  return [...plain, ...(stage === '' ? [] : [stage]), ...computed, ...errors].join(' | ');
}

function isComputed({ test }: Leaf): boolean {
  return test.kind === 'reference' || test.kind === 'time';
}

/** The `or`s nearest to the top, left to right. */
function highestChoices(clause: Clause): Junction[] {
  let level: readonly Clause[] = [clause];
  while (level.length > 0) {
    const found = level.filter((part): part is Junction => part.kind === 'or');
    if (found.length > 0) return found;
    level = level.flatMap((part) => (part.kind === 'test' ? [] : part.of));
  }
  return [];
}

function withPart(clause: Clause, from: Clause, to: Clause): Clause {
  if (clause === from) return to;
  if (clause.kind === 'test') return clause;
  return junction(
    clause.kind,
    clause.of.map((part) => withPart(part, from, to)),
  );
}
