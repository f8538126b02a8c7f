import { z } from 'zod';
import { ApiError, type Route, route } from '../route.js';

/** Longer without an answer of the keeper is not ready. */
const PATIENCE_MS = 2000;

const ok = z.object({ ok: z.literal(true) });

export const healthRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/healthz',
    role: null,
    summary: 'The process answers.',
    answer: ok,
    handle: () => ({ ok: true }),
  }),
  route({
    method: 'GET',
    path: '/readyz',
    role: null,
    summary: 'Events are taken and applied: the keeper answers, and every source is up.',
    answer: ok,
    handle: async (_asked, { daemon }) => {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(() => resolve(null), PATIENCE_MS);
      });
      const stats = await Promise.race([daemon.stats(), late]);
      clearTimeout(timer);
      if (stats === null) throw new ApiError(503, 'not_ready', 'The keeper does not answer.');
      if (Object.values(stats.sources).some(({ up }) => !up))
        throw new ApiError(503, 'not_ready', 'A source is down; the log of the daemon says which.');
      return { ok: true };
    },
  }),
];
