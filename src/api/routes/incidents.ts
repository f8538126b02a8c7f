import { z } from 'zod';
import type { IncidentChange } from '../../model/incident.js';
import { incidentBundle, stixBundle } from '../../sinks/stix/bundle.js';
import { type ApiContext, notFound, type Route, route } from '../route.js';
import { findRecords } from '../searches.js';
import {
  alertShape,
  caseQuery,
  eventShape,
  idParams,
  incidentShape,
  pageOf,
  workflowShape,
} from '../shapes.js';
import { filterOf, listed, withWorkflow, workflowRoutes } from './cases.js';

const incident = incidentShape.extend({ workflow: workflowShape });
const bundle = z.looseObject({ type: z.literal('bundle') });
/** Records of one download. */
const MOST_RECORDS = 1000;

export const incidentRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/incidents',
    role: 'read',
    summary: 'Incidents, highest risk first.',
    query: caseQuery.extend({ sort: z.enum(['risk', 'last_seen']).default('risk') }),
    answer: pageOf(incident),
    handle: async ({ query }, api) => {
      const { sort, ...rest } = query;
      const { total, items } = await listed(api.lists.ask('incidents', filterOf(rest), sort));
      return { total, items: items.map((change) => withWorkflow(change, api)) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/incidents/:id',
    role: 'read',
    summary: 'One incident with the newest line of each of its alerts.',
    params: idParams,
    answer: incident.extend({ alert_lines: z.array(alertShape.extend({ workflow: workflowShape })) }),
    handle: ({ params }, api) => {
      const found = incidentOf(params.id, api);
      const alert_lines = api.cases.alertsOf(found).map((change) => withWorkflow(change, api));
      return { ...withWorkflow(found, api), alert_lines };
    },
  }),
  route({
    method: 'GET',
    path: '/api/incidents/:id/stix',
    role: 'read',
    summary: 'The incident and its alerts as one STIX 2.1 bundle.',
    params: idParams,
    answer: bundle,
    handle: ({ params, reply }, api) => {
      const found = incidentOf(params.id, api);
      reply.header('content-disposition', `attachment; filename="incident-${found.incident.id}.stix.json"`);
      return stixOf(found, api);
    },
  }),
  route({
    method: 'GET',
    path: '/api/incidents/:id/evidence',
    role: 'read',
    summary:
      'Everything about the incident for a file: its alerts, the records, the texts of the rules, STIX.',
    params: idParams,
    answer: z.object({
      incident,
      alerts: z.array(alertShape),
      records: z.array(eventShape),
      rules: z.array(z.object({ file: z.string(), text: z.string() })),
      stix: bundle,
    }),
    handle: async ({ params, request, reply }, api) => {
      const found = incidentOf(params.id, api);
      const alerts = api.cases.alertsOf(found);
      const ids = alerts.flatMap(({ evidence }) => evidence.map((one) => one['event.id']));
      const records = await findRecords(api, request, [...new Set(ids)].slice(0, MOST_RECORDS));
      const files = new Set(alerts.map(({ rule }) => rule.file));
      const texts = await api.catalogue.texts([...files]);
      const rules = [...texts].map(([file, text]) => ({ file, text }));
      reply.header('content-disposition', `attachment; filename="incident-${found.incident.id}.json"`);
      return { incident: withWorkflow(found, api), alerts, records, rules, stix: stixOf(found, api) };
    },
  }),
  ...workflowRoutes('incident'),
];

function incidentOf(id: string, { cases }: ApiContext): IncidentChange {
  const found = cases.incident(id);
  if (found === null) throw notFound('incident');
  return found;
}

function stixOf(change: IncidentChange, api: ApiContext) {
  return incidentBundle(
    change,
    api.cases.alertsOf(change).map((alert) => stixBundle(alert)),
  );
}
