import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventKeys } from '../../src/model/event-keys.js';
import { mayHold, needOf } from '../../src/query/need.js';
import { parseQuery } from '../../src/query/parse.js';
import { compileQuery } from '../../src/query/predicate.js';
import { QueryError } from '../../src/query/query-error.js';
import { events, queries } from './arbitrary.js';

const RUNS = { numRuns: 3000 };

describe('random queries on random events', () => {
  it('find what a plain filter finds', () => {
    fc.assert(
      fc.property(queries, fc.array(events, { maxLength: 8 }), (asked, list) => {
        const holds = compileQuery(parseQuery(asked.text, 0));
        expect(list.map(holds), asked.text).toEqual(list.map(asked.holds));
      }),
      RUNS,
    );
  });

  it('skip no stretch of events that holds one they would find', () => {
    let skipped = 0;
    fc.assert(
      fc.property(queries, fc.array(events, { minLength: 1, maxLength: 4 }), (asked, list) => {
        const query = parseQuery(asked.text, 0);
        const keys = new EventKeys();
        for (const event of list) keys.add(event);
        const known = new Set(keys.take());
        const times = list.map(({ timestamp }) => timestamp);
        const may = mayHold(needOf(query), {
          hasKey: (key) => known.has(key),
          hasText: (text) => list.some(({ record }) => record.original.toLowerCase().includes(text)),
          hasTimes: (from, until) => Math.max(...times) >= from && Math.min(...times) < until,
          hasChunks: (first, last) => list.some(({ seq }) => seq >= first && seq <= last),
        });
        if (!may) skipped++;
        if (list.some(compileQuery(query))) expect(may, asked.text).toBe(true);
      }),
      RUNS,
    );
    expect(skipped).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it('whatever is typed is a query or an error that says where', () => {
    const words = fc.constantFrom(
      'and',
      'or',
      'not',
      '(',
      ')',
      '"',
      'a:',
      '<',
      'last',
      'from',
      ' ',
      '\\',
      '*',
      '..',
      'exists:',
      '5m',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 40 }),
          fc.array(words).map((list) => list.join('')),
        ),
        (text) => {
          try {
            compileQuery(parseQuery(text, 0));
          } catch (error) {
            expect(error).toBeInstanceOf(QueryError);
            const { position, message } = error as QueryError;
            expect(position).toBeGreaterThanOrEqual(0);
            expect(position).toBeLessThanOrEqual(text.length);
            expect(message).toMatch(/^Expected /);
          }
        },
      ),
      RUNS,
    );
  });
});
