import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeAt } from '../../src/model/code-at.js';

test('codeAt is charCodeAt, with -1 before and past the text', () => {
  const index = fc.integer({ min: -3, max: 12 });
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 8 }), index, (text, at) => {
      const plain = text.charCodeAt(at);
      expect(codeAt(text, at)).toBe(Number.isNaN(plain) ? -1 : plain);
    }),
    { seed: 1 },
  );
});
