import { z } from 'zod';
import type { AlertChange } from '../../model/alert.js';
import { LEVELS } from '../../model/rule.js';
import { stixBundle } from '../../sinks/stix/bundle.js';
import { type ApiContext, invalid, notFound, type Route, route } from '../route.js';
import {
  alertShape,
  caseQuery,
  durationText,
  idParams,
  isoTime,
  pageOf,
  timeField,
  workflowShape,
} from '../shapes.js';
import { filterOf, listed, withWorkflow, workflowRoutes } from './cases.js';

const alert = alertShape.extend({ workflow: workflowShape });
const DAY_MS = 86_400_000;
const MOST_BUCKETS = 2000;

export const alertRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/alerts',
    role: 'read',
    summary: 'Alerts, newest first.',
    query: caseQuery.extend({
      rule: z.string().max(200).optional(),
      silenced: z.enum(['true', 'false', 'all']).default('false'),
    }),
    answer: pageOf(alert),
    handle: async ({ query }, api) => {
      const { silenced: which, ...rest } = query;
      const silenced = which === 'all' ? undefined : which === 'true';
      const found = await listed(api.lists.ask('alerts', { ...filterOf(rest), silenced }));
      return { total: found.total, items: found.items.map((change) => withWorkflow(change, api)) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/alerts/histogram',
    role: 'read',
    summary: 'How many alerts began in each stretch of time, by severity.',
    query: z.object({
      width: durationText.prefault('1h'),
      since: timeField.optional(),
      until: timeField.optional(),
    }),
    answer: z.object({
      width: z.int(),
      buckets: z.array(
        z.object({
          at: isoTime,
          counts: z.object(Object.fromEntries(LEVELS.map((level) => [level, z.int()]))),
        }),
      ),
    }),
    handle: async ({ query }, { lists, now }) => {
      const until = query.until ?? new Date(now()).toISOString();
      const since = query.since ?? new Date(Date.parse(until) - DAY_MS).toISOString();
      const { width } = query;
      const first = Math.floor(Date.parse(since) / width) * width;
      const count = Math.ceil((Date.parse(until) - first) / width);
      if (width < 1000 || count > MOST_BUCKETS) throw invalid(`That is more than ${MOST_BUCKETS} stretches.`);
      const buckets = Array.from({ length: Math.max(0, count) }, (_, i) => ({
        at: new Date(first + i * width).toISOString(),
        counts: Object.fromEntries(LEVELS.map((level) => [level, 0])),
      }));
      for (const { at, severity, count: n } of await listed(lists.ask('histogram', width, since, until))) {
        const bucket = buckets[(at - first) / width];
        if (bucket !== undefined) bucket.counts[severity] = n;
      }
      return { width, buckets };
    },
  }),
  route({
    method: 'GET',
    path: '/api/alerts/:id',
    role: 'read',
    summary: 'One alert, and the incident that it is part of.',
    params: idParams,
    answer: alert.extend({ incident: z.string().nullable() }),
    handle: ({ params }, api) => {
      const found = alertOf(params.id, api);
      return { ...withWorkflow(found, api), incident: api.cases.incidentOf(found) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/alerts/:id/stix',
    role: 'read',
    summary: 'The alert as a STIX 2.1 bundle.',
    params: idParams,
    answer: z.looseObject({ type: z.literal('bundle') }),
    handle: ({ params, reply }, api) => {
      const found = alertOf(params.id, api);
      reply.header('content-disposition', `attachment; filename="alert-${found.alert.id}.stix.json"`);
      return stixBundle(found);
    },
  }),
  ...workflowRoutes('alert'),
];

function alertOf(id: string, { cases }: ApiContext): AlertChange {
  const found = cases.alert(id);
  if (found === null) throw notFound('alert');
  return found;
}
