import { consoleSink } from './console.js';
import { nats } from './nats.js';
import { ndjson } from './ndjson.js';
import type { SinkType } from './sink.js';
import { stdout } from './stdout.js';
import { stix } from './stix.js';
import { webhook } from './webhook.js';

/** Every sink there is. A new one is a file beside this one and a line here. */
export const SINKS = {
  console: consoleSink,
  ndjson,
  stdout,
  stix,
  webhook,
  nats,
} as const satisfies Record<string, SinkType>;
