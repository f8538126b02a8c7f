import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { streamRoutes } from '../../src/api/routes/stream.js';
import { until } from '../helpers/until.js';

vi.mock('../../src/api/routes/stats.js', () => ({ currentFigures: async () => ({}) }));

const CHANGES = 60;
const change = { alert: { id: 'one' }, reason: 'x'.repeat(250_000) };

/** Only the stream, over what the keeper would have committed. */
async function serve(): Promise<string> {
  const context = {
    now: Date.now,
    doors: { byToken: () => ({ name: 'reader', role: 'read' }) },
    daemon: { desk: { workflow: { of: () => ({}) }, audit: { last: () => 3, saidAfter: () => [] } } },
    cases: {
      lastPosition: () => CHANGES,
      changesAfter: (position: number) =>
        Array.from({ length: CHANGES - position }, (_, i) => ({ position: position + 1 + i, change })),
    },
  };
  const server = createServer((request, raw) => {
    const asked = { request, query: { last_event_id: '0' }, reply: { raw, hijack: () => {} } };
    void streamRoutes[0]!.handle(asked as never, context as never);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it('gives a reader that was away long all that it missed, at its own speed, without hanging up', async () => {
  const url = await serve();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = get(url, { headers: { authorization: 'Bearer x' } }, resolve);
    request.once('error', reject);
  });
  let text = '';
  let hasEnded = false;
  response.setEncoding('utf8');
  response.once('close', () => {
    hasEnded = true;
  });
  response.on('data', (part: string) => {
    text += part.replaceAll('x', '');
  });
  await until(() => hasEnded || text.includes(`id: ${CHANGES}-3\n`), 'all changes, or the end');
  const ids = [...text.matchAll(/event: change\nid: (\d+)-3\n/g)].map(([, id]) => Number(id));
  expect(ids).toEqual(Array.from({ length: CHANGES }, (_, i) => i + 1));
  response.destroy();
});
