import { z } from 'zod';
import { type Route, route } from '../route.js';

export const anomalyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/anomaly',
    role: 'read',
    summary: 'The model in use, and of the last day the entity-minutes that were the most unusual.',
    answer: z.looseObject({ enabled: z.boolean() }),
    handle: async (_asked, { daemon }) => {
      const stats = await daemon.anomalyStats();
      return stats === null ? { enabled: false } : { enabled: true, ...stats };
    },
  }),
  route({
    method: 'POST',
    path: '/api/anomaly/train',
    role: 'write',
    summary: 'Train a model now.',
    body: z.object({}),
    answer: z.object({ started: z.boolean() }),
    handle: ({ who }, { daemon, now }) => {
      const at = new Date(now()).toISOString();
      daemon.desk.audit.add({ at, by: who.name, action: 'anomaly.train', subject: '', detail: '' });
      return daemon.train();
    },
  }),
];
