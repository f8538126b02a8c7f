import { z } from 'zod';
import { type Route, route } from '../route.js';
import { countField, isoTime } from '../shapes.js';

export const auditRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/audit',
    role: 'read',
    summary: 'Who changed what over the API, newest first.',
    query: z.object({ limit: countField(1000, 100), offset: countField(1_000_000, 0) }),
    answer: z.object({
      items: z.array(
        z.object({
          at: isoTime,
          by: z.string(),
          action: z.string(),
          subject: z.string(),
          detail: z.string(),
        }),
      ),
    }),
    handle: ({ query }, { daemon }) => ({ items: daemon.desk.audit.list(query.limit, query.offset) }),
  }),
];
