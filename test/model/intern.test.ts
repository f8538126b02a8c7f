import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intern } from '../../src/model/intern.js';

/** Few letters, so that many names share a slot. */
const name = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'Ā', '_'), maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

test('intern is slice, whatever names came before', () => {
  const names = fc.array(fc.tuple(name, name, name), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(names, (list) => {
      for (const [before, middle, after] of list) {
        const text = before + middle + after;
        expect(intern(text, before.length, before.length + middle.length)).toBe(middle);
      }
    }),
    { seed: 1 },
  );
});
