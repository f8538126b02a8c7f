import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Match } from '../../src/model/detection.js';
import { matchedSpans } from '../../src/report/marks.js';

const LOG = 'sshd[8]: Failed password for root from 203.0.113.7';

describe('the matched parts of a record', () => {
  it.each<[string, Partial<Match>, string[]]>([
    ['the literal of a keyword', { pattern: 'failed password' }, ['Failed password']],
    ['each literal piece between wildcards', { pattern: '*failed*root*' }, ['Failed', 'root']],
    [
      'the value, when the pattern is no text of the record',
      { pattern: '203.0.113.0/24', value: '203.0.113.7' },
      ['203.0.113.7'],
    ],
    [
      'a value that was shortened',
      { pattern: 'x.*y', value: 'Failed password for…' },
      ['Failed password for'],
    ],
    ['nothing, when the value was made by parsing', { pattern: 'failure', value: 'failure' }, []],
    ['nothing for pieces so short that they match by chance', { pattern: 's', value: 'sh' }, []],
  ])('are %s', (_what, match, parts) => {
    const spans = matchedSpans(LOG, [{ selection: 's', field: null, pattern: '', value: '', ...match }]);
    expect(spans.map(([start, end]) => LOG.slice(start, end))).toEqual(parts);
  });

  it('are ascending, apart and inside the record, whatever matched', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'İ', '*', '…', ' '), maxLength: 12 });
    fc.assert(
      fc.property(text, fc.array(fc.tuple(text, text)), (original, pairs) => {
        const spans = matchedSpans(
          original,
          pairs.map(([pattern, value]) => ({ selection: 's', field: null, pattern, value })),
        );
        let at = -1;
        for (const [start, end] of spans) {
          expect(start).toBeGreaterThan(at);
          expect(end).toBeGreaterThan(start);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(original.length);
      }),
    );
  });
});
