import { EventFieldView } from '../../src/sigma/event-view.js';
import { normalized } from '../helpers/normalized.js';
import { START } from './shipped-line.js';

/** A sample as rules see it. */
export function normalizedView(line: string): { get(field: string): unknown } {
  const view = new EventFieldView(normalized(line, START));
  view.reset();
  return { get: (field) => view.get(field) };
}
