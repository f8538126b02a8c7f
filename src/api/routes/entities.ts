import { z } from 'zod';
import type { Search } from '../../search/messages.js';
import { type ApiContext, type Asked, type Route, route } from '../route.js';
import { runSearch } from '../searches.js';
import { durationText, isoTime } from '../shapes.js';

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;
const TOP = 10;
const DEADLINE_MS = 30_000;

/** The field that names one, and the one that says where else it was. */
const KINDS = {
  address: { field: 'source.ip', elsewhere: 'host.name' },
  user: { field: 'user.name', elsewhere: 'host.name' },
  host: { field: 'host.name', elsewhere: 'source.ip' },
} as const;

const query = z.object({
  kind: z.enum(['address', 'user', 'host']),
  value: z.string().min(1).max(1000),
  deadline: durationText
    .prefault('4s')
    .refine((ms) => ms <= DEADLINE_MS, { message: 'expected half a minute at most' }),
});

/** Who took part in something: an address, a user, a host. */
export const entityRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/entities',
    role: 'read',
    summary: 'What is known of an address, user or host: since when, how often, where else, alerts about it.',
    query,
    answer: z.object({
      /** Stated time of the first event of it that came; null = there is none, or the deadline came before it was found. */
      first_seen: isoTime.nullable(),
      first_cut: z.boolean(),
      /** Of the last 24 h. */
      events: z.int(),
      /** Hosts with events of an address or user, addresses with events of a host, the most frequent first. */
      elsewhere: z.array(z.object({ value: z.string(), count: z.int() })),
      /** Of older events of the day nothing is known: the deadline came first. */
      day_cut: z.boolean(),
      /** Stored alerts about it of the last 7 days; as of long lists. */
      alerts: z.int(),
    }),
    handle: async (asked, api) => {
      const { value, deadline } = asked.query;
      const now = api.now();
      let found = await lookUp(asked, api, KINDS[asked.query.kind].field, deadline);
      // Nobody who did anything: a user to whom something was done, such as a new one.
      if (asked.query.kind === 'user' && found.events === 0 && found.first_seen === null && !found.first_cut)
        found = await lookUp(asked, api, 'related.user', Math.max(1, deadline - (api.now() - now)));
      const since = new Date(now - WEEK_MS).toISOString();
      const alerts = api.cases.count('alerts', { entity: value, since, silenced: false });
      return { ...found, alerts };
    },
  }),
];

type EntityAsked = Asked<unknown, z.output<typeof query>, unknown>;

async function lookUp(asked: EntityAsked, api: ApiContext, field: string, ms: number) {
  const start = api.now();
  const day = await dayOf(asked, api, field, ms / 2);
  const first = await firstOf(asked, api, field, Math.max(1, ms - (api.now() - start)));
  return { ...first, ...day };
}

/** How often it came in the last day, and where. */
async function dayOf({ query, request }: EntityAsked, api: ApiContext, field: string, ms: number) {
  const { elsewhere } = KINDS[query.kind];
  const wanted: Search = {
    ...searchOf(query.value, field, api),
    from: api.now() - DAY_MS,
    want: { kind: 'values', field: elsewhere },
  };
  const { matches, counts, timedOut } = await runSearch(api, request, wanted, ms, { onItems: () => {} });
  const most = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, TOP);
  return {
    events: matches,
    elsewhere: most.map(([value, count]) => ({ value, count })),
    day_cut: timedOut,
  };
}

/** From the beginning of the log on: what filters rule out costs little. */
async function firstOf({ query, request }: EntityAsked, api: ApiContext, field: string, ms: number) {
  const wanted: Search = {
    ...searchOf(query.value, field, api),
    oldestFirst: true,
    want: { kind: 'events', limit: 1, fields: ['@timestamp'] },
  };
  const found: (readonly string[])[] = [];
  const { timedOut } = await runSearch(api, request, wanted, ms, {
    onItems: (items) => {
      found.push(...(items as (readonly string[])[]));
    },
  });
  return { first_seen: found[0]?.[0] ?? null, first_cut: found.length === 0 && timedOut };
}

function searchOf(value: string, field: string, { now }: ApiContext): Omit<Search, 'want'> {
  const quoted = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return { text: `${field}:"${quoted}"`, now: now(), from: null, until: null, id: null };
}
