import { configSchema } from '../../src/config/schema.js';
import { enrichmentOf } from '../../src/pipeline.js';
import { EventFieldView } from '../../src/sigma/event-view.js';
import { normalized } from '../helpers/normalized.js';
import { START } from './shipped-line.js';

const enrich = enrichmentOf(configSchema.parse({ business_hours: { enabled: true } }), null);

/** A sample as rules see it. */
export function normalizedView(line: string): { get(field: string): unknown } {
  const event = normalized(line, START);
  enrich?.(event);
  const view = new EventFieldView(event);
  view.reset();
  return { get: (field) => view.get(field) };
}
