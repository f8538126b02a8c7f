import { z } from 'zod';
import { ApiError, type Route, route } from '../route.js';

/** Longer without an answer of the keeper is not ready. */
const PATIENCE_MS = 2000;
const CALLED = { log: 'the event log', state: 'state.db' } as const;

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
    summary:
      'Events are taken, applied and stored: the keeper answers, every source is up, and the disk takes what is written.',
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
      const unwritable = stats.unwritable.map((what) => CALLED[what]).join(' and ');
      if (unwritable !== '')
        throw new ApiError(503, 'not_ready', `The disk does not take ${unwritable}; detection goes on.`);
      return { ok: true };
    },
  }),
];
