import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { identify } from '../auth/guard.js';
import { type ApiContext, ApiError, type Route, route } from '../route.js';
import { withWorkflow } from './cases.js';
import { currentFigures } from './stats.js';

const MOST_STREAMS = 50;
const CHANGES_MS = 500;
const FIGURES_MS = 2000;
const MOST_CHANGES = 500;
/** What is not sent while a reader has so much to take waits in state.db. */
const MOST_BUFFERED = 1024 ** 2;
/** A reader that takes nothing for so long is let go: it comes again with its Last-Event-ID. */
const STUCK_MS = 60_000;
/** Id of an event: how far in the changes and, where it is told, in what people said. */
const LAST_ID = /^(\d{1,15})(?:-(\d{1,15}))?$/;

let open = 0;

export const streamRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/stream',
    role: 'read',
    summary:
      'What changes, as server-sent events: `change` (an alert or incident line with what people said of it), `workflow` (what somebody just said of one: kind, id, workflow), `now` (as /api/now, every 2 s), `reset` (changes were missed for good: load again).',
    // What is sent by browsers that come again by themselves, and by pages that open a new stream.
    query: z.object({ last_event_id: z.string().regex(LAST_ID, 'expected the id of an event').optional() }),
    answer: 'text/event-stream',
    handle: async ({ request, reply, query }, api) => {
      if (open >= MOST_STREAMS) throw new ApiError(503, 'busy', 'Too many streams are open.');
      const lastId = String(request.headers['last-event-id'] ?? query.last_event_id ?? '');
      reply.hijack();
      const { raw } = reply;
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
      });
      open++;
      const mayStay = (): boolean => identify(request, api.doors) !== null;
      const stream = new ChangeStream(raw, api, lastId, mayStay);
      raw.once('close', () => {
        open--;
        stream.close();
      });
      await stream.start();
    },
  }),
];

/** One open page: polls what the keeper committed and what people said, which costs nothing while no page is open. */
class ChangeStream {
  readonly #out: ServerResponse;
  readonly #api: ApiContext;
  /** Whether who opened it still may: tokens are revoked, and sessions end. */
  readonly #mayStay: () => boolean;
  #position: number;
  /** How far in the trail of what people said. */
  #said: number;
  #timers: NodeJS.Timeout[] = [];
  /** When the reader had last taken what was sent, ms. */
  #takenAt: number;

  constructor(out: ServerResponse, api: ApiContext, lastId: string, mayStay: () => boolean) {
    this.#out = out;
    this.#api = api;
    this.#mayStay = mayStay;
    this.#takenAt = api.now();
    const [, position = api.cases.lastPosition(), said = api.daemon.desk.audit.last()] =
      LAST_ID.exec(lastId) ?? [];
    this.#position = Number(position);
    this.#said = Number(said);
  }

  async start(): Promise<void> {
    this.#out.write('retry: 2000\n\n');
    this.#timers = [
      setInterval(() => this.#sendNews(), CHANGES_MS),
      setInterval(() => void this.#sendFigures(), FIGURES_MS),
    ];
    this.#sendNews();
    await this.#sendFigures();
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #sendNews(): void {
    this.#sendChanges();
    this.#sendSaid();
  }

  #sendChanges(): void {
    if (!this.#hasRoom()) return;
    const changes = this.#api.cases.changesAfter(this.#position, MOST_CHANGES);
    if (changes === null) {
      this.#position = this.#api.cases.lastPosition();
      this.#send('reset', '{}');
      return;
    }
    for (const { position, change } of changes) {
      if (!this.#hasRoom()) return;
      this.#position = position;
      this.#send('change', JSON.stringify(withWorkflow(change, this.#api)));
    }
  }

  #sendSaid(): void {
    const { audit, workflow } = this.#api.daemon.desk;
    const last = audit.last();
    if (last === this.#said) return;
    const news = audit.saidAfter(this.#said, MOST_CHANGES);
    for (const { number, kind, id } of news) {
      if (!this.#hasRoom()) return;
      this.#said = number;
      this.#send('workflow', JSON.stringify({ kind, id, workflow: workflow.of(id) }));
    }
    if (news.length < MOST_CHANGES) this.#said = last;
  }

  async #sendFigures(): Promise<void> {
    if (!this.#mayStay()) this.#out.destroy();
    if (this.#out.destroyed) return;
    const figures = await currentFigures(this.#api);
    if (!this.#out.destroyed && this.#hasRoom()) this.#send('now', JSON.stringify(figures));
  }

  #hasRoom(): boolean {
    const now = this.#api.now();
    if (this.#out.writableLength <= MOST_BUFFERED) {
      this.#takenAt = now;
      return true;
    }
    if (now - this.#takenAt > STUCK_MS) this.#out.destroy();
    return false;
  }

  #send(event: string, data: string): void {
    this.#out.write(`event: ${event}\nid: ${this.#position}-${this.#said}\ndata: ${data}\n\n`);
  }
}
