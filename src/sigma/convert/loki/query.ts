import { type Clause, junction, type Leaf, leavesOf } from '../expression.js';
import { addedLineFilter } from './added-line-filter.js';
import { ComputedLabels } from './computed-labels.js';
import { labelFilters, mayLeaveErrors, withAbsent } from './label-filter.js';
import { separate } from './line-filter.js';
import type { LokiOptions } from './options.js';
import type { Stream } from './stream.js';

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

/** Queries that together find what the clause says: one, or several where it would be too long. */
export function queriesOf(clause: Clause, shape: QueryShape): string[] {
  const query = queryOf(clause, shape);
  const length = Buffer.byteLength(query);
  if (length <= LONGEST) return [query];
  const choice = highestChoice(clause);
  if (choice === null) return [query];
  const size = Math.ceil(choice.of.length / Math.ceil(length / LONGEST));
  const queries: string[] = [];
  for (let from = 0; from < choice.of.length; from += Math.max(1, size)) {
    const part = junction('or', choice.of.slice(from, from + Math.max(1, size)));
    queries.push(...queriesOf(withPart(clause, choice, part), shape));
  }
  return queries;
}

export function isTooLong(query: string): boolean {
  return Buffer.byteLength(query) > LONGEST;
}

function queryOf(clause: Clause, shape: QueryShape): string {
  const { stream, options } = shape;
  const { lineFilters, labels } = separate(clause, options.caseSensitive);
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

/** The `or` nearest to the top, the first of those. */
function highestChoice(clause: Clause): (Clause & { kind: 'or' }) | null {
  let level: readonly Clause[] = [clause];
  while (level.length > 0) {
    const found = level.find((part) => part.kind === 'or');
    if (found !== undefined) return found as Clause & { kind: 'or' };
    level = level.flatMap((part) => (part.kind === 'test' ? [] : part.of));
  }
  return null;
}

function withPart(clause: Clause, from: Clause, to: Clause): Clause {
  if (clause === from) return to;
  if (clause.kind === 'test') return clause;
  return junction(
    clause.kind,
    clause.of.map((part) => withPart(part, from, to)),
  );
}
