import type { Parser } from './parser.js';
import { leadingTime } from './timestamp/leading-time.js';

/** Any text: nothing is split. A time that it begins with is the record's. */
export const plain: Parser = {
  format: 'plain',
  summary: 'Any other text; kept whole',
  parse(text, record, context) {
    record.timestamp = leadingTime(text, context);
    return true;
  },
};
