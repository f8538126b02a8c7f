import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { userAccount } from '../../../src/sinks/stix/observables.js';
import { patternOf, quote } from '../../../src/sinks/stix/pattern.js';

describe('STIX patterns', () => {
  it('give back any text they quote', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom("'", '\\', 'a', ']') })),
        (text) => {
          expect(readLiteral(quote(text))).toBe(text);
        },
      ),
    );
  });

  it('cannot be ended early by a quote in the data', () => {
    const account = userAccount("x'] OR [user-account:account_login = 'root")!;
    expect(patternOf([account])).toBe(
      "[user-account:account_login = 'x\\'] OR [user-account:account_login = \\'root']",
    );
  });
});

/** StringLiteral of the grammar in section 9.8: QUOTE ( ~['\\] | \\' | \\\\ )* QUOTE, and nothing behind it. */
function readLiteral(literal: string): string | null {
  const match = /^'((?:[^'\\]|\\['\\])*)'$/su.exec(literal);
  return match === null ? null : match[1]!.replace(/\\(['\\])/g, '$1');
}
