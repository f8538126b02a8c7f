import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patternTime } from '../../../src/parsers/timestamp/pattern-time.js';
import { MAX_PATTERN, PATTERNS_KEPT } from '../../../src/parsers/timestamp/time-pattern.js';
import { isoTime } from '../helpers.js';

const context = { clock: Date.parse('2026-11-20T12:00:00Z'), timezone: 'Europe/Berlin' };

function read(pattern: string, text: string): string | null {
  return isoTime(patternTime(text, pattern, context));
}

describe('a time in a pattern of SimpleDateFormat', () => {
  it.each([
    // IBM's own
    ['MMM dd yyyy HH:mm:ss', 'Nov 14 2026 22:13:20', '2026-11-14T21:13:20.000Z'],
    ['MMM dd yyyy HH:mm:ss.SSS', 'Nov 14 2026 22:13:20.042', '2026-11-14T21:13:20.042Z'],
    ['MMM dd yyyy HH:mm:ss.SSS zzz', 'Nov 14 2026 22:13:20.042 GMT', '2026-11-14T22:13:20.042Z'],
    ['MMM dd yyyy HH:mm:ss.SSS z', 'Jan 18 2022 11:04:53.000 EST', '2022-01-18T16:04:53.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", '2026-11-14T22:13:20.042+0530', '2026-11-14T16:43:20.042Z'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '2026-11-14T22:13:20.042-08:00', '2026-11-15T06:13:20.042Z'],
    ["yyyy-MM-dd'T'HH:mm:ssX", '2026-11-14T22:13:20Z', '2026-11-14T22:13:20.000Z'],
    ["yyyy-MM-dd'T'HH:mm:ssX", '2026-11-14T22:13:20+01', '2026-11-14T21:13:20.000Z'],
    ['dd/MM/yyyy hh:mm:ss a z', '02/11/2026 11:13:20 PM UTC', '2026-11-02T23:13:20.000Z'],
    ['dd/MM/yyyy hh:mm:ss a z', '02/11/2026 12:13:20 am GMT+01:00', '2026-11-01T23:13:20.000Z'],
    ['MM/dd/yyyy hh:mm:ss aa', '11/02/2026 12:13:20 PM', '2026-11-02T11:13:20.000Z'],
    // Fields without anything between them are as wide as their letters
    ['yyyyMMddHHmmssSSS', '20261114221320042', '2026-11-14T21:13:20.042Z'],
    ['yyMMddHHmmss', '261114221320', '2026-11-14T21:13:20.000Z'],
    // Two digits of a year are of this century
    ['dd-MMM-yy HH:mm', '14-NOV-26 22:13', '2026-11-14T21:13:00.000Z'],
    ['dd-MMM-yy HH:mm', '14-NOV-99 22:13', '1999-11-14T21:13:00.000Z'],
    ['y-M-d H:m:s', '2026-9-4 2:3:4', '2026-09-04T00:03:04.000Z'],
    // Names in full, of days too, and quotes
    ['EEEE, d MMMM yyyy HH:mm:ss', 'Saturday, 14 November 2026 22:13:20', '2026-11-14T21:13:20.000Z'],
    ['EEE MMM d HH:mm:ss z yyyy', 'Sat Nov  4 22:13:20 CET 2026', '2026-11-04T21:13:20.000Z'],
    ["hh 'o''clock' a, dd.MM.yyyy", "10 o'clock PM, 14.11.2026", '2026-11-14T21:00:00.000Z'],
    ["dd.MM.yyyy''HH:mm", "14.11.2026'22:13", '2026-11-14T21:13:00.000Z'],
    // Hours by their four letters
    ['yyyy-MM-dd kk:mm', '2026-11-14 24:13', '2026-11-13T23:13:00.000Z'],
    ['yyyy-MM-dd KK:mm a', '2026-11-14 00:13 PM', '2026-11-14T11:13:00.000Z'],
    // Whoever writes `hh` and no `a` means `HH`
    ['yyyy-MM-dd hh:mm', '2026-11-14 22:13', '2026-11-14T21:13:00.000Z'],
    // What is finer than milliseconds is cut off; fewer digits are milliseconds, as in Java
    ['yyyy-MM-dd HH:mm:ss,SSSSSS', '2026-11-14 22:13:20,123456', '2026-11-14T21:13:20.123Z'],
    ['yyyy-MM-dd HH:mm:ss.S', '2026-11-14 22:13:20.7', '2026-11-14T21:13:20.007Z'],
    // Without a year: the latest that is not ahead
    ['MMM dd HH:mm:ss', 'Nov 21 12:30:00', '2026-11-21T11:30:00.000Z'],
    ['MMM dd HH:mm:ss', 'Nov 22 12:30:00', '2025-11-22T11:30:00.000Z'],
    ['MMM dd HH:mm:ss', 'Feb 29 12:30:00', '2024-02-29T11:30:00.000Z'],
    ['MMM dd HH:mm:ss z', 'Nov 21 12:30:00 UTC', '2025-11-21T12:30:00.000Z'],
  ])('%s: %s', (pattern, text, expected) => {
    expect(read(pattern, text)).toBe(expected);
  });

  it.each([
    ['no such day', 'yyyy-MM-dd HH:mm:ss', '2026-02-30 22:13:20'],
    ['no such hour', 'yyyy-MM-dd HH:mm:ss', '2026-02-03 25:13:20'],
    ['no such hour before noon', 'yyyy-MM-dd hh:mm a', '2026-02-03 13:13 AM'],
    ['no such month', 'dd MMM yyyy HH:mm', '14 Nop 2026 22:13'],
    ['a month that goes on', 'dd MMM yyyy HH:mm', '14 Nover 2026 22:13'],
    ['a zone nobody knows', 'yyyy-MM-dd HH:mm:ss z', '2026-11-14 22:13:20 QQQ'],
    ['an offset that is none', 'yyyy-MM-dd HH:mm:ss Z', '2026-11-14 22:13:20 +9900'],
    ['more than the pattern says', 'yyyy-MM-dd HH:mm:ss', '2026-11-14 22:13:20 CET'],
    ['less', 'yyyy-MM-dd HH:mm:ss', '2026-11-14 22:13'],
    ['another separator', 'yyyy-MM-dd HH:mm:ss', '2026/11/14 22:13:20'],
    ['digits without end', 'd MM yyyy HH:mm', `${'1'.repeat(40)} 11 2026 22:13`],
    ['a letter that is none of a time', 'yyyy-MM-dd HH:mm:ss i', '2026-11-14 22:13:20 1'],
    ['a quote that nothing closes', "yyyy-MM-dd'T HH:mm", '2026-11-14T 22:13'],
    ['no day', 'yyyy-MM HH:mm', '2026-11 22:13'],
    ['no hour', 'yyyy-MM-dd', '2026-11-14'],
    ['no pattern', '', '2026-11-14 22:13'],
    [
      'a pattern too long',
      `yyyy-MM-dd HH:mm'${'x'.repeat(MAX_PATTERN)}'`,
      `2026-11-14 22:13${'x'.repeat(MAX_PATTERN)}`,
    ],
    ['a text too long', 'yyyy-MM-dd HH:mm', `2026-11-14 ${' '.repeat(200)}22:13`],
  ])('reads nothing of %s', (_, pattern, text) => {
    expect(read(pattern, text)).toBeNull();
  });

  it('knows a pattern again, and others when it has seen more than it keeps', () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < PATTERNS_KEPT * 2; i++)
        expect(read(`yyyy-MM-dd HH:mm'${i}'`, `2026-11-14 22:13${i}`)).toBe('2026-11-14T21:13:00.000Z');
    }
  });

  it('ends with a time or none, whatever a sender writes', () => {
    const some = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 70 });
    fc.assert(
      fc.property(
        fc.oneof(some("yMMMdHhksSaEzZX'-/: .T"), fc.string({ unit: 'binary', maxLength: 70 })),
        fc.oneof(some("0123456789-/: .TAPMGCETZ+'"), fc.string({ unit: 'binary', maxLength: 70 })),
        (pattern, text) => {
          const time = patternTime(text, pattern, context);
          expect(Number.isNaN(time) || Number.isInteger(time)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
