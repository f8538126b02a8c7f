import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Event } from '../../src/model/event.js';
import { parseQuery } from '../../src/query/parse.js';
import { compileQuery } from '../../src/query/predicate.js';
import { visible } from '../../src/telemetry/visible.js';
import { withoutGaps } from '../../src/web/kit/buckets.js';
import { windowOf } from '../../src/web/kit/list-window.js';
import { bytes, counted, shortNumber } from '../../src/web/kit/number.js';
import { pieces } from '../../src/web/kit/pieces.js';
import { formatPlace, parsePlace } from '../../src/web/kit/place.js';
import { anyOf, term, withTerm } from '../../src/web/kit/query-text.js';
import { ago, localTime, span, tickWords, utcTime } from '../../src/web/kit/time.js';
import { firstLine, secondLine } from '../../src/web/kit/words.js';
import { nowOf } from './fixtures.js';

describe('places', () => {
  it('are read and written', () => {
    expect(parsePlace('#/incidents/a%2Fb?status=open&q=x%20y')).toEqual({
      path: ['incidents', 'a/b'],
      params: { status: 'open', q: 'x y' },
    });
    expect(parsePlace('')).toEqual({ path: [], params: {} });
    expect(parsePlace('#login=secret')).toEqual({ path: [], params: {} });
    expect(formatPlace(['search'], { q: 'a b', open: '' })).toBe('#/search?q=a+b');
  });

  it('come back as they were, whatever stands in them', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(fc.array(text), fc.dictionary(text, text), (path, params) => {
        const place = parsePlace(formatPlace(path, params));
        expect(place.path).toEqual(path);
        expect({ ...place.params }).toEqual({ ...params });
      }),
    );
  });

  it('bear half a character, and names of all objects', () => {
    expect(parsePlace(formatPlace(['a\ud83d'], { __proto__x: '1' })).path).toEqual(['a\ufffd']);
    expect(parsePlace('#/search?__proto__=x').params.constructor).toBeUndefined();
    expect(parsePlace('#/%zz').path).toEqual(['%zz']);
  });
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [0.25, '0.3'],
    [99.6, '99.6'],
    [120.4, '120'],
    [9870, '9,870'],
    [12_345, '12.3 k'],
    [99_960, '100 k'],
    [999_999, '1 M'],
    [1_213_565, '1.2 M'],
    [2_000_000_000, '2 G'],
  ])('%d is short as %s', (value, words) => {
    expect(shortNumber(value)).toBe(words);
  });

  it('are counted, whole, and sizes', () => {
    expect([counted(1, 'alert'), counted(2, 'alert'), counted(0, 'entity', 'entities')]).toEqual([
      '1 alert',
      '2 alerts',
      '0 entities',
    ]);
    expect([bytes(0), bytes(1023), bytes(1536), bytes(91_234_567)]).toEqual([
      '0 B',
      '1023 B',
      '1.5 KiB',
      '87.0 MiB',
    ]);
  });
});

describe('times', () => {
  it('are told apart on an axis, whatever lies between two places', () => {
    const at = (...time: [number, number, number]): number => new Date(2026, 10, 28, ...time).getTime();
    expect([at(7, 35, 0), at(7, 35, 30)].map((place) => tickWords(place, 30_000))).toEqual([
      '07:35:00',
      '07:35:30',
    ]);
    expect([at(7, 35, 0), at(7, 36, 0)].map((place) => tickWords(place, 60_000))).toEqual(['07:35', '07:36']);
    expect(tickWords(at(0, 0, 0), 3_600_000)).toBe('28.11.');
  });

  const noon = new Date(2026, 10, 28, 12, 0, 0).getTime();

  it('are local, with the day when it is another', () => {
    expect(localTime(noon - 61_000, noon)).toBe('11:58:59');
    expect(localTime(noon - 86_400_000, noon)).toBe('27 Nov 12:00:00');
    expect(localTime(new Date(2025, 0, 2, 3, 4, 5).getTime(), noon)).toBe('2 Jan 2025 03:04:05');
    expect(utcTime(Date.UTC(2026, 10, 20, 18, 14, 15, 123))).toBe('2026-11-20 18:14:15.123 UTC');
  });

  it('are told as how long ago', () => {
    expect([ago(noon, noon), ago(noon - 5000, noon), ago(noon + 5000, noon)]).toEqual([
      'just now',
      '5 s ago',
      'just now',
    ]);
    expect([span(0), span(500), span(61_000), span(3_700_000), span(200_000_000)]).toEqual([
      '0 s',
      '< 1 s',
      '1 min',
      '1 h',
      '2 d',
    ]);
  });
});

describe('pieces of logged text', () => {
  const marked = (text: string, marks: string[]): string =>
    pieces(text, marks)
      .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
      .join('');

  it('mark what rules saw', () => {
    expect(marked('Failed password for ROOT from 203.0.113.7', ['failed password', 'root'])).toBe(
      '[Failed password] for [ROOT] from 203.0.113.7',
    );
    expect(marked('ababa', ['abab', 'baba'])).toBe('[ababa]');
    expect(marked('x', ['', 'x', ' '])).toBe('x');
  });

  it('mark short values as whole words only', () => {
    expect(marked('Nov 28 23:05:23 DPT=23 SRC=10.23.0.1', ['23'])).toBe(
      'Nov 28 23:05:23 DPT=[23] SRC=10.23.0.1',
    );
  });

  it('show what is hidden as escapes, also inside marks', () => {
    expect(pieces('a\u202eb', ['a\u202eb'])).toEqual([
      { text: 'a', hidden: false, marked: true },
      { text: '\\u202e', hidden: true, marked: true },
      { text: 'b', hidden: false, marked: true },
    ]);
    expect(pieces('\u061cx')[0]).toEqual({ text: '\\u061c', hidden: true, marked: false });
  });

  it('joined are the visible text, whatever is marked', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 4 }), (logged, marks) => {
        const found = pieces(logged, [...marks, logged.slice(1, 4)]);
        expect(found.map((piece) => piece.text).join('')).toBe(visible(logged));
      }),
    );
  });
});

describe('queries that the page writes', () => {
  it('say what is meant', () => {
    expect(term('source.ip', '203.0.113.7')).toBe('source.ip:203.0.113.7');
    expect(term('user.name', 'a*b "c" \\')).toBe('user.name:"a*b \\"c\\" \\\\"');
    expect(term('Event ID', '4625')).toBe('"Event ID":4625');
    expect(anyOf(['a:"b"', 'c:1'])).toBe('(a:"b" or c:1)');
    expect(withTerm('', 'a:1')).toBe('a:1');
    expect(withTerm('x', 'a:1')).toBe('x and a:1');
    expect(withTerm('x and a:1', 'a:1')).toBe('x and a:1');
    expect(withTerm('x or y', 'not a:1')).toBe('(x or y) and not a:1');
  });

  it.each([
    ['(x) or (y)', '((x) or (y)) and a:1'],
    ['x or y and a:1', '(x or y and a:1) and a:1'],
    ['(x or y)', '(x or y) and a:1'],
    ['"x or y"', '"x or y" and a:1'],
    ['c:"\\" or y', '(c:"\\" or y) and a:1'],
    ['c:(x or y)', 'c:(x or y) and a:1'],
    [`"${'\\'.repeat(2000)}`, `"${'\\'.repeat(2000)} and a:1`],
  ])('%s stays together when a term comes to it', (query, expected) => {
    expect(withTerm(query, 'a:1')).toBe(expected);
  });

  it('find a value of any length', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.integer({ min: 900, max: 1100 }),
        (start, fill) => {
          const event = new Event();
          event['user.name'] = `${start}${'x'.repeat(fill)}`;
          expect(compileQuery(parseQuery(term('user.name', event['user.name']), 0))(event)).toBe(true);
          event['user.name'] = `y${event['user.name']}`;
          expect(compileQuery(parseQuery(term('user.name', `${start}z${'x'.repeat(fill)}`), 0))(event)).toBe(
            false,
          );
        },
      ),
      {
        examples: [
          ['>5', 1100],
          ['"* ?\\()', 1100],
          ['10.0.0.0/24', 1100],
          ['1..2', 1100],
          ['😀'.repeat(250), 1100],
          ['\\', 1100],
        ],
      },
    );
  });

  it('name every field, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 20 }), (name) => {
        expect(parseQuery(term(name, 'x'), 0)).toMatchObject({ kind: 'field', field: name });
      }),
      { examples: [['$type'], ['a/b'], ['größe'], ['1st'], ['exists'], ['a!']] },
    );
  });

  it('can be read, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (value) => {
        expect(() => parseQuery(withTerm('a or b', term('user.name', value)), 0)).not.toThrow();
      }),
    );
  });
});

describe('the first line', () => {
  it('says what has to be known', () => {
    const line = (over: object): string => firstLine(nowOf(0, over));
    expect(line({})).toBe('2 incidents need you');
    expect(line({ incidents_unclosed: 1 })).toBe('1 incident needs you');
    expect(line({ incidents_unclosed: 0 })).toBe('Nothing needs you');
    expect(line({ incidents_unclosed: 0, empty: true })).toBe('Nothing has arrived yet');
    expect(secondLine(nowOf(0))).toBe('12 sources, 1.2 M events since midnight UTC');
  });
});

describe('a histogram without gaps', () => {
  const at = (ms: number): string => new Date(ms).toISOString();

  it('covers what was asked for', () => {
    const { times, counts, span: edges } = withoutGaps([{ at: at(20_000), count: 3 }], 10_000, 5000, 40_000);
    expect(times).toEqual([0, 10_000, 20_000, 30_000]);
    expect(counts).toEqual([0, 0, 3, 0]);
    expect(edges).toEqual([0, 40_000]);
  });

  it('bears nothing, and too much', () => {
    expect(withoutGaps([], 1000, null, null).times).toEqual([]);
    expect(withoutGaps([], 1, 0, 1e12).times).toHaveLength(2000);
  });
});

describe('the window of a long list', () => {
  it('draws rows in sight and some beyond', () => {
    const { first, last, topOf } = windowOf({ count: 1000, rowHeight: 28, height: 280, scrolled: 2800 });
    expect([first, last]).toEqual([92, 118]);
    expect(topOf(100)).toBe(2800);
  });

  it('comes to every row of a million, within what a browser can scroll', () => {
    const view = { count: 1_000_000, rowHeight: 28, height: 600 };
    const end = windowOf({ ...view, scrolled: 15_000_000 - 600 });
    expect(end.total).toBe(15_000_000);
    expect(end.last).toBe(1_000_000);
    expect(end.topOf(999_999) + 28).toBeCloseTo(end.total, 3);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15_000_000 - 600 }), (scrolled) => {
        const { first, last, topOf } = windowOf({ ...view, scrolled });
        expect(last - first).toBeLessThan(60);
        // What is in sight is covered by rows.
        expect(topOf(first)).toBeLessThanOrEqual(scrolled);
        expect(topOf(last)).toBeGreaterThanOrEqual(scrolled + 600 - 0.01);
      }),
    );
  });
});
