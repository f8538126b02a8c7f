import { z } from 'zod';
import { ECS_FIELDS } from '../../model/event.js';
import { OTHER_FIELDS } from '../../query/fields.js';
import { parseQuery } from '../../query/parse.js';
import { positionOf } from '../../query/query.js';
import { QueryError } from '../../query/query-error.js';
import type { Search, Want } from '../../search/messages.js';
import type { SearchOutcome } from '../../search/search.js';
import { type ApiContext, ApiError, invalid, notFound, type Route, route } from '../route.js';
import { findEvents, runSearch } from '../searches.js';
import { countField, durationText, eventShape, idParams, isoTime, listField, timeField } from '../shapes.js';

const DEADLINE_MS = 60_000;
const MOST_EVENTS = 1000;
const MOST_FACETS = 12;
const MOST_BUCKETS = 2000;
const AUTO_BUCKETS = 120;
/** Chunks after an event in which its neighbours are looked for: in more only when there are few in those. */
const CONTEXT_CHUNKS = [4, 32];
const FIELDS = [...new Set(['@timestamp', ...ECS_FIELDS, ...OTHER_FIELDS])].sort();

const asked = z.object({
  q: z.string().max(16_384).default(''),
  from: timeField.optional(),
  until: timeField.optional(),
  source: z.string().max(64).optional(),
  deadline: durationText
    .prefault('10s')
    .refine((ms) => ms <= DEADLINE_MS, { message: 'expected a minute at most' }),
});
type Words = z.output<typeof asked>;

const outcomeShape = {
  matches: z.int(),
  /** Looked at, and ruled out by filters. */
  records: z.int(),
  skipped: z.int(),
  unfiltered: z.int(),
  timed_out: z.boolean(),
  damage: z.array(z.string()),
};
const valueCounts = z.array(z.object({ value: z.string(), count: z.int() }));

export const eventRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/events',
    role: 'read',
    summary: 'Events that pass a query, newest first.',
    query: asked.extend({
      limit: countField(MOST_EVENTS, 100),
      /** `next` of an answer: what is older. */
      cursor: z.string().max(40).optional(),
      /** An event.id: only what is newer. */
      after: z.string().max(40).optional(),
    }),
    answer: z.object({ items: z.array(eventShape), ...outcomeShape, next: z.string().nullable() }),
    handle: async ({ query, request, reply }, api) => {
      const { limit, cursor, after } = query;
      const wanted = searchOf(query, api, { kind: 'events', limit, fields: null });
      const bounds = { before: placeOf(cursor), after: placeOf(after) };
      const { items, outcome } = await findEvents(api, request, { ...wanted, ...bounds }, query.deadline);
      const last = items.length === limit ? items.at(-1) : undefined;
      const next = last === undefined ? null : idOf(last);
      const rest = JSON.stringify({ ...told(outcome), next }).slice(1);
      return reply.type(JSON_TYPE).send(`{"items":[${items.join(',')}],${rest}`);
    },
  }),
  route({
    method: 'GET',
    path: '/api/events/counts',
    role: 'read',
    summary: 'How many events have each value of a field, the most frequent first.',
    query: asked.extend({ by: z.string().min(1).max(200), top: countField(10_000, 10) }),
    answer: z.object({ counts: valueCounts, others: z.int(), ...outcomeShape }),
    handle: async ({ query, request }, api) => {
      const wanted = searchOf(query, api, { kind: 'values', field: query.by });
      const outcome = await runSearch(api, request, wanted, query.deadline, { onItems: () => {} });
      return { counts: topOf(outcome.counts, query.top), others: outcome.others, ...told(outcome) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/events/facets',
    role: 'read',
    summary: 'The most frequent values of several fields.',
    query: asked.extend({
      by: listField.pipe(z.array(z.string().max(200)).min(1).max(MOST_FACETS)),
      top: countField(1000, 5),
    }),
    answer: z.object({
      facets: z.array(z.object({ field: z.string(), values: valueCounts })),
      ...outcomeShape,
    }),
    handle: async ({ query, request }, api) => {
      const wanted = searchOf(query, api, { kind: 'facets', fields: query.by });
      const outcome = await runSearch(api, request, wanted, query.deadline, { onItems: () => {} });
      return { facets: facetsOf(query.by, outcome.counts, query.top), ...told(outcome) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/events/histogram',
    role: 'read',
    summary: 'How many events there are in each stretch of time.',
    query: asked.extend({ width: z.union([z.literal('auto'), durationText]).default('auto') }),
    answer: z.object({
      width: z.int(),
      buckets: z.array(z.object({ at: isoTime, count: z.int() })),
      ...outcomeShape,
    }),
    handle: async ({ query, request }, api) => {
      const auto = query.width === 'auto';
      // Without bounds nobody knows the width before: counted by the minute, then put together.
      const span =
        query.from === undefined ? null : Date.parse(query.until ?? nowOf(api)) - Date.parse(query.from);
      const width = query.width === 'auto' ? (span === null ? 60_000 : niceWidth(span)) : query.width;
      if (width < 100) throw invalid('width: expected 100ms or more');
      const wanted = searchOf(query, api, { kind: 'histogram', width });
      const outcome = await runSearch(api, request, wanted, query.deadline, { onItems: () => {} });
      return { ...bucketsOf(outcome.counts, width, auto), ...told(outcome) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/events/:id',
    role: 'read',
    summary: 'One event, the rules that match it, and what came before and after it by the same source.',
    params: idParams,
    query: z.object({ context: countField(200, 20) }),
    answer: z.object({
      event: eventShape,
      before: z.array(eventShape),
      after: z.array(eventShape),
      rules: z
        .array(
          z.object({
            id: z.string(),
            title: z.string(),
            level: z.string(),
            matches: z.array(z.looseObject({ field: z.string().nullable(), value: z.string() })),
          }),
        )
        .nullable(),
    }),
    handle: async ({ params, query, request }, api) => {
      const place = positionOf(params.id);
      if (place === null) throw invalid('expected an event.id such as 1234-56');
      const find = async (more: Partial<Search>, limit: number): Promise<string[]> => {
        const wanted = searchOf({ q: '', deadline: DEADLINE_MS }, api, {
          kind: 'events',
          limit,
          fields: null,
        });
        return (await findEvents(api, request, { ...wanted, ...more }, DEADLINE_MS)).items;
      };
      const [found] = await find({ id: params.id }, 1);
      if (found === undefined) throw notFound('event: it is no longer stored, or never was');
      const event = JSON.parse(found) as FoundEvent;
      const source = event.vedette?.source;
      const near = source === undefined ? {} : { source };
      const following = async (): Promise<string[]> => {
        let found: string[] = [];
        for (const chunks of CONTEXT_CHUNKS) {
          const before = { seq: place.seq + chunks, index: 0 };
          found = await find({ ...near, after: place, before }, Number.POSITIVE_INFINITY);
          if (found.length >= query.context) break;
        }
        return found.slice(-query.context);
      };
      const wantsContext = query.context > 0;
      const [rules, before, after] = await Promise.all([
        rulesOf(event, api),
        wantsContext ? find({ ...near, before: place }, query.context) : [],
        wantsContext ? following() : [],
      ]);
      const parse = (texts: readonly string[]): unknown[] => texts.map((text) => JSON.parse(text)).reverse();
      return {
        event,
        before: parse(before),
        after: parse(after),
        rules,
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/query/check',
    role: 'read',
    summary: 'Whether a query can be read, and if not, why and where.',
    query: z.object({ q: z.string().max(16_384).default('') }),
    answer: z.union([
      z.object({ ok: z.literal(true) }),
      z.object({ ok: z.literal(false), message: z.string(), position: z.int() }),
    ]),
    handle: ({ query }, { now }) => {
      try {
        parseQuery(query.q, now());
        return { ok: true };
      } catch (error) {
        if (!(error instanceof QueryError)) throw error;
        return { ok: false, message: error.problem, position: error.position };
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/fields',
    role: 'read',
    summary: 'Names of fields that begin with, or hold, these letters.',
    query: z.object({ prefix: z.string().max(200).default('') }),
    answer: z.object({ items: z.array(z.string()) }),
    handle: ({ query }) => {
      const letters = query.prefix.toLowerCase();
      const starting = FIELDS.filter((name) => name.startsWith(letters));
      const holding = FIELDS.filter((name) => !name.startsWith(letters) && name.includes(letters));
      return { items: [...starting, ...holding].slice(0, 50) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/fields/values',
    role: 'read',
    summary: 'Frequent values of a field in the last hour that begin with these letters.',
    query: z.object({ field: z.string().min(1).max(200), prefix: z.string().max(200).default('') }),
    answer: z.object({ items: valueCounts }),
    handle: async ({ query, request }, api) => {
      const from = new Date(api.now() - 3600_000).toISOString();
      const wanted = searchOf({ q: '', from, deadline: 2000 }, api, { kind: 'values', field: query.field });
      const outcome = await runSearch(api, request, wanted, 2000, { onItems: () => {} });
      const letters = query.prefix.toLowerCase();
      const items = topOf(outcome.counts, Number.POSITIVE_INFINITY).filter(({ value }) =>
        value.toLowerCase().startsWith(letters),
      );
      return { items: items.slice(0, 20) };
    },
  }),
];

const JSON_TYPE = 'application/json; charset=utf-8';

interface FoundEvent {
  readonly event: { readonly original: string; readonly created?: string };
  readonly vedette?: { readonly source?: string };
}

function searchOf({ q, from, until, source }: Words, api: ApiContext, want: Want): Search {
  if (from !== undefined && until !== undefined && from > until)
    throw invalid('until: expected a time that is not before from');
  return {
    text: q,
    now: api.now(),
    from: from === undefined ? null : Date.parse(from),
    until: until === undefined ? null : Date.parse(until),
    id: null,
    source: source ?? null,
    want,
  };
}

function placeOf(id: string | undefined) {
  if (id === undefined) return null;
  const place = positionOf(id);
  if (place === null) throw invalid('cursor: expected the next of an answer');
  return place;
}

function idOf(item: string): string {
  return (JSON.parse(item) as { event: { id: string } }).event.id;
}

function nowOf({ now }: ApiContext): string {
  return new Date(now()).toISOString();
}

function told({ matches, records, skipped, unfiltered, timedOut, damage }: SearchOutcome) {
  return {
    matches,
    records,
    skipped,
    unfiltered,
    timed_out: timedOut,
    damage: damage.map(({ path, reason }) => `${path}: ${reason}`),
  };
}

/** Most frequent first. */
function topOf(counts: ReadonlyMap<string, number>, top: number): { value: string; count: number }[] {
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, top);
}

function facetsOf(fields: readonly string[], counts: ReadonlyMap<string, number>, top: number) {
  const byField = fields.map(() => new Map<string, number>());
  for (const [key, count] of counts) {
    const end = key.indexOf('\0');
    byField[Number(key.slice(0, end))]!.set(key.slice(end + 1), count);
  }
  return fields.map((field, i) => ({ field, values: topOf(byField[i]!, top) }));
}

const WIDTHS = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 604_800].map(
  (s) => s * 1000,
);

function niceWidth(span: number): number {
  return WIDTHS.find((width) => span / width <= AUTO_BUCKETS) ?? Math.ceil(span / AUTO_BUCKETS);
}

/** Without gaps, oldest first; with `auto` at most AUTO_BUCKETS. */
function bucketsOf(counts: ReadonlyMap<string, number>, width: number, auto: boolean) {
  const starts = [...counts.keys()].map(Number);
  if (starts.length === 0) return { width, buckets: [] };
  const first = starts.reduce((a, b) => Math.min(a, b));
  const last = starts.reduce((a, b) => Math.max(a, b));
  const used = auto ? Math.max(width, niceWidth(last - first + width)) : width;
  const count = Math.floor(last / used) - Math.floor(first / used) + 1;
  if (count > MOST_BUCKETS)
    throw new ApiError(400, 'invalid', 'width: that are too many stretches; give a longer one');
  const start = Math.floor(first / used) * used;
  const sums = new Array<number>(count).fill(0);
  for (const [at, n] of counts) sums[Math.floor((Number(at) - start) / used)]! += n;
  return {
    width: used,
    buckets: sums.map((n, i) => ({ at: new Date(start + i * used).toISOString(), count: n })),
  };
}

/** Null = too many ask at once. */
async function rulesOf({ event, vedette }: FoundEvent, { catalogue, now }: ApiContext) {
  const receivedAt = Date.parse(event.created ?? '');
  const answer = await catalogue.matches({
    line: event.original,
    now: Number.isNaN(receivedAt) ? now() : receivedAt,
    source: vedette?.source ?? '',
  });
  return answer?.rules ?? null;
}
