import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { type ApiContext, ApiError, type Route, route } from '../route.js';
import { withWorkflow } from './cases.js';
import { currentFigures } from './stats.js';

const MOST_STREAMS = 50;
const CHANGES_MS = 500;
const FIGURES_MS = 2000;
const MOST_CHANGES = 500;
/** A reader that lags by more is let go: it comes again with its Last-Event-ID. */
const MOST_BUFFERED = 4 * 1024 ** 2;

let open = 0;

export const streamRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/stream',
    role: 'read',
    summary:
      'What changes, as server-sent events: `change` (an alert or incident line with what people said of it), `now` (as /api/now, every 2 s), `reset` (changes were missed for good: load again).',
    // What is sent by browsers that come again by themselves, and by pages that open a new stream.
    query: z.object({ last_event_id: z.coerce.number().int().min(0).optional() }),
    answer: 'text/event-stream',
    handle: async ({ request, reply, query }, api) => {
      if (open >= MOST_STREAMS) throw new ApiError(503, 'busy', 'Too many streams are open.');
      const lastId = Number(request.headers['last-event-id'] ?? query.last_event_id ?? Number.NaN);
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      open++;
      const stream = new ChangeStream(raw, api, lastId);
      raw.once('close', () => {
        open--;
        stream.close();
      });
      await stream.start();
    },
  }),
];

/** One open page: polls what the keeper committed, which costs nothing while no page is open. */
class ChangeStream {
  readonly #out: ServerResponse;
  readonly #api: ApiContext;
  #position: number;
  #timers: NodeJS.Timeout[] = [];

  constructor(out: ServerResponse, api: ApiContext, lastId: number) {
    this.#out = out;
    this.#api = api;
    this.#position = Number.isSafeInteger(lastId) && lastId >= 0 ? lastId : api.cases.lastPosition();
  }

  async start(): Promise<void> {
    this.#out.write('retry: 2000\n\n');
    this.#timers = [
      setInterval(() => this.#sendChanges(), CHANGES_MS),
      setInterval(() => void this.#sendFigures(), FIGURES_MS),
    ];
    this.#sendChanges();
    await this.#sendFigures();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #sendChanges(): void {
    const changes = this.#api.cases.changesAfter(this.#position, MOST_CHANGES);
    if (changes === null) {
      this.#position = this.#api.cases.lastPosition();
      this.#send('reset', '{}', this.#position);
      return;
    }
    for (const { position, change } of changes) {
      this.#position = position;
      this.#send('change', JSON.stringify(withWorkflow(change, this.#api)), position);
    }
  }

  async #sendFigures(): Promise<void> {
    if (this.#out.destroyed) return;
    const figures = await currentFigures(this.#api);
    if (!this.#out.destroyed) this.#send('now', JSON.stringify(figures), this.#position);
  }

  #send(event: string, data: string, id: number): void {
    this.#out.write(`event: ${event}\nid: ${id}\ndata: ${data}\n\n`);
    if (this.#out.writableLength > MOST_BUFFERED) this.#out.destroy();
  }
}
