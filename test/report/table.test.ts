import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../src/report/table.js';
import { cutToWidth, foldToWidth, takeWidth, textWidth, wrapToWidth } from '../../src/report/text-width.js';

describe('tables', () => {
  it('align columns, numbers to the right, without trailing spaces', () => {
    const rows = [
      ['SOURCE', 'EVENTS', 'STATE'],
      ['syslog-tcp', '1204', 'quiet'],
      ['日本', '7', ''],
    ];
    expect(renderTable(rows, { width: 80 })).toBe(
      ['SOURCE      EVENTS  STATE', 'syslog-tcp    1204  quiet', '日本             7', ''].join('\n'),
    );
  });

  it('cut the widest columns first when the terminal is narrow', () => {
    const rows = [
      ['ID', 'RULE', 'ENTITY'],
      ['4f', 'A very long title of a rule that goes on', '203.0.113.7'],
    ];
    expect(renderTable(rows, { width: 32 })).toBe(
      ['ID  RULE             ENTITY', '4f  A very long ti…  203.0.113.7', ''].join('\n'),
    );
  });

  it('hold any text on one line per row, within the width as long as columns can shrink', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string()), { minLength: 1 }),
        fc.integer({ min: 20, max: 90 }),
        (rows, width) => {
          const lines = renderTable(rows, { width }).split('\n');
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('are empty for no rows', () => {
    expect(renderTable([], { width: 80 })).toBe('');
  });
});

describe('text width', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['🔥', 2],
    ['é', 1],
    ['', 0],
  ])('of %j is %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('is kept when cutting, and no character is split', () => {
    expect(cutToWidth('abcdef', 4)).toBe('abc…');
    expect(cutToWidth('日本語', 4)).toBe('日…');
    expect(takeWidth('a🔥b', 2)).toBe('a');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        expect(textWidth(cutToWidth(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('folds after spaces and keeps every character', () => {
    expect(foldToWidth('the quick brown fox', 10)).toEqual(['the quick ', 'brown fox']);
    expect(foldToWidth('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(foldToWidth('', 4)).toEqual(['']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, width) => {
        const lines = foldToWidth(text, width);
        expect(lines.join('')).toBe(text);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('wraps at spaces and loses nothing but them', () => {
    expect(wrapToWidth('the quick brown fox', 9)).toEqual(['the quick', 'brown fox']);
    expect(wrapToWidth('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 20 }), (text, width) => {
        const lines = wrapToWidth(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
