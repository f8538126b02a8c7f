import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyFields, type JsonObject, ownField, toJsonText } from '../../src/model/json.js';

describe('emptyFields', () => {
  it('inherits nothing and takes any name', () => {
    const fields = emptyFields();
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      expect(fields[name]).toBeUndefined();
    const name = '__proto__';
    fields[name] = { polluted: true };
    expect(Object.keys(fields)).toEqual(['__proto__']);
    expect(fields.polluted).toBeUndefined();
    expect(JSON.stringify(fields)).toBe('{"__proto__":{"polluted":true}}');
  });
});

describe('ownField', () => {
  it('finds own properties only', () => {
    const parsed = JSON.parse('{"a":1,"__proto__":{"b":2}}') as JsonObject;
    expect(ownField(parsed, 'a')).toBe(1);
    expect(ownField(parsed, '__proto__')).toEqual({ b: 2 });
    expect(ownField(parsed, 'b')).toBeUndefined();
    expect(ownField({}, 'constructor')).toBeUndefined();
  });
});

describe('toJsonText', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('writes bigints as integers wherever they stand, and the rest around them as usual', () => {
    const big = 12345678901234567890n;
    expect(toJsonText(big)).toBe('12345678901234567890');
    expect(toJsonText({ a: [1, big, { b: big, 'c"': 'x"' }], d: undefined, e: null })).toBe(
      '{"a":[1,12345678901234567890,{"b":12345678901234567890,"c\\"":"x\\""}],"e":null}',
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText([value, big])).toBe(`[${JSON.stringify(value)},12345678901234567890]`);
      }),
    );
  });

  it('writes null for what JSON does not know', () => {
    expect([undefined, Number.NaN, () => 1].map(toJsonText)).toEqual(['null', 'null', 'null']);
    expect(toJsonText([undefined, 1n])).toBe('[null,1]');
  });
});
