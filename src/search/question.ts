import { parseQuery } from '../query/parse.js';
import { allOf, type Query } from '../query/query.js';
import type { Search } from './messages.js';

/** The whole question: the text and what is asked besides it. Throws QueryError. */
export function questionOf({ text, now, from, until, id, after = null, before = null }: Search): Query {
  return allOf(
    parseQuery(text, now),
    from === null && until === null
      ? null
      : {
          kind: 'field',
          field: '@timestamp',
          test: {
            kind: 'times',
            from: from ?? Number.NEGATIVE_INFINITY,
            until: until ?? Number.POSITIVE_INFINITY,
          },
        },
    after === null && before === null ? null : { kind: 'positions', after, before },
    id === null ? null : { kind: 'field', field: 'event.id', test: { kind: 'equal', texts: [id] } },
  );
}
