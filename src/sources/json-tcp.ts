import { z } from 'zod';
import { defineSource } from './source.js';
import { StreamServer, streamOptions } from './stream-server.js';

export const jsonTcp = defineSource({
  type: 'json-tcp',
  summary: 'JSON over TCP, one object a line (NDJSON; also NUL-separated, as GELF senders do).',
  options: z.strictObject({
    type: z.literal('json-tcp'),
    ...streamOptions,
    format: streamOptions.format.removeDefault().default('json'),
  }),
  create: (options, context) => new StreamServer({ ...options, transport: 'tcp', framing: 'lf' }, context),
});
