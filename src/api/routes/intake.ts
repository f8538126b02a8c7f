import { z } from 'zod';
import { INTAKE_NAME } from '../../daemon/intake.js';
import { packRecords } from '../../model/pack-records.js';
import { ApiError, invalid, type Route, route } from '../route.js';
import { splitJson } from '../split-json.js';

/** Records of one request. */
const MOST_RECORDS = 50_000;

export const intakeRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/events',
    role: 'ingest',
    summary:
      'Hand in events: one JSON object, an array of them, or one record a line (application/x-ndjson, text/plain); may be gzip. Answered once they are stored and applied; with 202 when the disk does not take them.',
    bytes: true,
    body: z.custom<Buffer>((value) => Buffer.isBuffer(value), { error: 'expected a body' }),
    answer: z.object({
      accepted: z.int(),
      /** Status 202: rules have seen them, but the disk did not take them. */
      stored: z.literal(false).optional(),
    }),
    handle: async ({ body, request, reply }, { daemon, now }) => {
      const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
      const records = isJson ? splitJson(body) : linesOf(body);
      if (records === null)
        throw invalid(
          'expected a JSON object or an array of them; one object a line is application/x-ndjson',
        );
      if (records.length > MOST_RECORDS) throw invalid(`expected ${MOST_RECORDS} events at most`);
      if (records.length === 0) return { accepted: 0 };
      const at = now();
      const taken = await daemon.intake.take({
        source: INTAKE_NAME,
        transport: 'http',
        receivedAt: at,
        clock: at,
        cursor: null,
        ...packRecords(records),
        peers: [{ address: request.ip }],
        peerRuns: null,
        truncated: null,
      });
      if (taken === 'full')
        throw new ApiError(503, 'busy', 'The queue is full; nothing was taken. Try again in some seconds.');
      if (taken === 'stored') return { accepted: records.length };
      reply.code(202);
      return { accepted: records.length, stored: false as const };
    },
  }),
];

const LF = 10;

function linesOf(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const lf = body.indexOf(LF, at);
    const end = lf < 0 ? body.length : lf;
    const line = body.subarray(at, body[end - 1] === 13 ? end - 1 : end);
    if (line.length > 0) lines.push(line);
    at = end + 1;
  }
  return lines;
}
