import { z } from 'zod';
import { commonOptions, defineSink } from './sink.js';
import { createTextSink } from './text-sink.js';

export const consoleSink = defineSink({
  type: 'console',
  summary: 'Alerts and incidents as text for people, on standard output.',
  options: z.strictObject({ ...commonOptions, type: z.literal('console') }),
  create: (_options, { stdout: write, textOf }) => createTextSink(write, (change) => `${textOf(change)}\n`),
});
