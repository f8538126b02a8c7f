import { join } from 'node:path';
import { z } from 'zod';
import { type BacktestOptions, BacktestRefused, backtest } from '../../backtest/backtest.js';
import type { BacktestOutcome } from '../../backtest/messages.js';
import { NDJSON } from '../body.js';
import { ApiError, invalid, type Route, route } from '../route.js';
import { durationText } from '../shapes.js';

/** Each reads as fast as it can, on threads of its own. */
const MOST_AT_ONCE = 1;
const SAMPLES = 3;
const TOP = 20;

let running = 0;

export const backtestRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/rules/backtest',
    role: 'read',
    summary:
      'Would a rule, given as text or by id, have fired on the stored events, and on whom? Lines of JSON: `progress` … then `result` or `error`.',
    body: z.object({
      text: z.string().max(200_000).optional(),
      id: z.string().max(200).optional(),
      last: durationText.prefault('7d'),
    }),
    answer: NDJSON,
    handle: async ({ body, request, reply }, { daemon, now }) => {
      const { text, id, last } = body;
      if ((text === undefined) === (id === undefined)) throw invalid('expected either text or id of a rule');
      const config = daemon.config();
      if (!config.storage.events.enabled)
        throw new ApiError(404, 'not_found', 'Events are not stored: storage.events.enabled is false.');
      if (running >= MOST_AT_ONCE)
        throw new ApiError(
          503,
          'busy',
          'Another rule is being tried on the stored events; try again when it is done.',
        );
      const gone = new AbortController();
      const abort = (): void => gone.abort();
      request.socket.once('close', abort);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': NDJSON,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      const send = (line: object): void => void raw.write(`${JSON.stringify(line)}\n`);
      running++;
      try {
        const outcome = await backtest({
          config,
          rules: asked(text, id),
          dir: join(config.data_dir, 'events'),
          from: now() - last,
          until: null,
          noDemoUpTo: daemon.desk.marks.get('demo_forgotten'),
          threads: 1,
          samples: SAMPLES,
          signal: gone.signal,
          onProgress: (progress) => send({ progress }),
        });
        send({ result: resultOf(outcome) });
      } catch (error) {
        send({ error: { code: 'invalid', message: reasonOf(error) } });
        if (!(error instanceof BacktestRefused)) daemon.log.error({ err: error }, 'A backtest failed.');
      } finally {
        running--;
        request.socket.off('close', abort);
        raw.end();
      }
    },
  }),
];

function asked(text: string | undefined, id: string | undefined): BacktestOptions['rules'] {
  return text === undefined
    ? { files: [], names: [id!] }
    : { files: [{ path: 'the rule', text }], names: [] };
}

/** Of the rules that were asked for: how often, when, on whom. */
function resultOf(outcome: BacktestOutcome) {
  const rules = outcome.rules.filter((rule) => rule.asked);
  const sum = (read: (rule: (typeof rules)[number]) => number): number =>
    rules.reduce((total, rule) => total + read(rule), 0);
  return {
    firings: sum(({ hits }) => hits),
    alerts: sum(({ alerts }) => alerts),
    records: outcome.records,
    skipped: outcome.skipped,
    entities: rules
      .flatMap(({ entities }) => entities.map(({ entity, hits }) => ({ value: entity, count: hits })))
      .sort((a, b) => b.count - a.count)
      .slice(0, TOP),
    stopped: outcome.stopped,
    rules: outcome.rules,
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof BacktestRefused)) return 'Something failed here; the daemon’s log says what.';
  const faults = error.faults.map(({ place, message }) => `line ${place.line}: ${message}`);
  return [error.message, ...faults].join('\n');
}
