import type { Asked, Dialect } from './dialect.js';
import { elasticsearch } from './elasticsearch.js';
import { otlp } from './otlp.js';
import { plain } from './plain.js';
import { splunkHec } from './splunk-hec.js';

/** The first that speaks so is taken; the last always does. A new one is its file and a line here. */
const DIALECTS: readonly Dialect[] = [splunkHec, elasticsearch, otlp, plain];

export function dialectOf(asked: Asked): Dialect {
  return DIALECTS.find((dialect) => dialect.speaks(asked))!;
}
