import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonForTerminal, visible } from '../../src/telemetry/visible.js';

describe('visible', () => {
  it.each([
    ['plain text, größer, 日本, 😀', 'plain text, größer, 日本, 😀'],
    ['\x1b[2J', '\\x1b[2J'],
    ['a\nb\r\n', 'a\\nb\\r\\n'],
    ['a\tb', 'a b'],
    ['\x07\x7f\x9b31m', '\\x07\\x7f\\x9b31m'],
    ['user\u202egpj.exe', 'user\\u202egpj.exe'],
    ['an arabic mark\u061c', 'an arabic mark\\u061c'],
    ['\u2028\u200b\ufeff\u2066', '\\u2028\\u200b\\ufeff\\u2066'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves nothing that a terminal obeys, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u);
      }),
    );
  });
});

it('JSON for a terminal says the same, and nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = jsonForTerminal(JSON.stringify({ [text]: [text] }));
      expect(shown).not.toMatch(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u);
      expect(JSON.parse(shown)).toEqual({ [text]: [text] });
    }),
  );
});
