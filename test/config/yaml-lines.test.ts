import { describe, expect, it } from 'vitest';
import { yamlLines } from '../../src/config/yaml-lines.js';

function linesOf(text: string): Record<string, number> {
  return Object.fromEntries(yamlLines(text));
}

describe('lines of keys', () => {
  it('are known for mappings and lists in block and flow style', () => {
    expect(
      linesOf(
        '# first\na: 1\nb:\n  c: x\n  d:\n    - one\n    - e: 2\n      f: 3\ng: { h: 1,\n  i: [1,\n 2] }\n',
      ),
    ).toEqual({
      a: 2,
      b: 3,
      'b.c': 4,
      'b.d': 5,
      'b.d.0': 6,
      'b.d.1': 7,
      'b.d.1.e': 7,
      'b.d.1.f': 8,
      g: 9,
      'g.h': 9,
      'g.i': 10,
      'g.i.0': 10,
      'g.i.1': 11,
    });
  });

  it('are right after quoted keys, block text, CR LF and anchors', () => {
    expect(linesOf('"a b": |\n  text: no key\n  more\nc: &x\r\n  d: 1\r\ne: *x\r\nf: 1\r\n')).toEqual({
      'a b': 1,
      c: 4,
      'c.d': 5,
      e: 6,
      f: 7,
    });
  });

  it('are none for documents that hold no keys', () => {
    expect(linesOf('')).toEqual({});
    expect(linesOf('text')).toEqual({});
    expect(linesOf('---\n')).toEqual({});
  });
});
