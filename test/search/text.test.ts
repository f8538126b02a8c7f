import fc from 'fast-check';
import { expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.js';
import { createScan } from '../../src/search/scan.js';
import { chunkOf } from '../helpers/chunks.js';

const word = fc.string({ unit: fc.constantFrom('a', 'B', 'b', ' '), minLength: 1, maxLength: 4 });
const record = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => `x${words.join('c')}y`);

it('a text is found in the records that hold it, wherever in them and in the chunk', () => {
  const config = configSchema.parse({});
  const asked = fc.constantFrom('a', 'bb', 'x', 'ya', 'y', 'cb', 'b" and "a', 'bb" or "ac', 'x b');
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), asked, (records, text) => {
      const want = { kind: 'events', limit: 1000, fields: ['event.original'] } as const;
      const search = { text: `"${text}"`, now: 0, from: null, until: null, id: null, want };
      const { items } = createScan({ search, config })([chunkOf(1, records)]);
      const holds = (lower: string): boolean =>
        text.includes('" or "')
          ? text.split('" or "').some((part) => lower.includes(part))
          : text.split('" and "').every((part) => lower.includes(part));
      const wanted = records.filter((one) => holds(one.toLowerCase())).reverse();
      expect(items.map(([original]) => original)).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});
