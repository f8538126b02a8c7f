import { z } from 'zod';
import { defineSource } from './source.js';
import { StreamServer, streamOptions } from './stream-server.js';

export const syslogTcp = defineSource({
  type: 'syslog-tcp',
  summary: 'Syslog over TCP, octet-counted or one message a line (RFC 6587), decided per message.',
  options: z.strictObject({
    type: z.literal('syslog-tcp'),
    ...streamOptions,
    /** `lf` for senders whose lines begin with numbers; `octet` closes connections that do not count. */
    framing: z.enum(['auto', 'lf', 'octet']).default('auto'),
  }),
  create: (options, context) => new StreamServer({ ...options, transport: 'tcp' }, context),
});
