import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExactSum } from '../../src/correlation/types/exact-sum.js';

const numbers = fc.oneof(
  fc.double({ noNaN: true, min: -(2 ** 53), max: 2 ** 53 }),
  fc.constantFrom(0.1, 0.7, 1.5, 2 ** 53 - 1, 1 - 2 ** 53, 1e-300, 5e-324, 0),
);

function sumOf(values: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
}

/** A double as a whole number of the smallest one there is. */
function exact(value: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const exponent = (word >> 52n) & 0x7ffn;
  const fraction = word & ((1n << 52n) - 1n);
  const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return word >> 63n === 1n ? -size : size;
}

it('forgets what leaves, whatever stays', () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 30 }), fc.array(numbers, { maxLength: 30 }), (gone, stay) => {
      const sum = sumOf([...gone, ...stay]);
      for (const value of gone) sum.add(-value);
      expect(sum.read()).toBe(sumOf(stay).read());
      const restored = new ExactSum();
      restored.load(structuredClone(sum.save()));
      expect(restored.read()).toBe(sum.read());
    }),
  );
});

it('is the double next to the sum, and never holds more than some parts', () => {
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 60 }), (values) => {
      const sum = sumOf(values);
      const wanted = values.reduce((all, value) => all + exact(value), 0n);
      const held = sum.save().reduce((all, part) => all + exact(part), 0n);
      expect(held).toBe(wanted);
      expect(sum.save().length).toBeLessThan(45);
      const off = (value: number): bigint => {
        const difference = exact(value) - wanted;
        return difference < 0n ? -difference : difference;
      };
      const read = sum.read();
      const step = Math.max(Math.abs(read) * 2 ** -52, 5e-324);
      for (const neighbour of [read + step, read - step]) expect(off(read) <= off(neighbour)).toBe(true);
    }),
  );
});

it('sums tenths as people do', () => {
  expect(sumOf(Array.from({ length: 10 }, () => 0.1)).read()).toBe(1);
  expect(sumOf([0.1, 0.2, 0.3, -0.3, -0.1, -0.2]).read()).toBe(0);
});
