import fc from 'fast-check';
import { expect, test } from 'vitest';
import { intern, internAscii } from '../../src/model/intern.js';

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

test('internAscii too, of names and of DEL in place of what is not ASCII', () => {
  const names = fc.array(fc.tuple(name, name, name), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(names, (list) => {
      for (const [before, middle, after] of list) {
        const text = before + middle + after;
        const bytes = Uint8Array.from({ length: text.length }, (_, i) => Math.min(text.charCodeAt(i), 127));
        const to = before.length + middle.length;
        const chunk = Uint8Array.from([32, ...bytes]);
        expect(internAscii(text, before.length, to, chunk, before.length + 1)).toBe(middle);
        expect(internAscii(text, before.length, to, chunk, before.length + 1)).toBe(middle);
      }
    }),
    { seed: 1 },
  );
});
