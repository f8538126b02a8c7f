import { z } from 'zod';
import { toJsonText } from '../model/json.js';
import { commonOptions, defineSink } from './sink.js';
import { createTextSink } from './text-sink.js';

export const stdout = defineSink({
  type: 'stdout',
  summary: 'Changes of alerts and incidents as JSON lines on standard output, for pipes.',
  options: z.strictObject({ ...commonOptions, type: z.literal('stdout') }),
  create: (_options, { stdout: write }) => createTextSink(write, (change) => `${toJsonText(change)}\n`),
});
