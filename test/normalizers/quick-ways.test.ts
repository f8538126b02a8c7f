import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Event } from '../../src/model/event.js';
import { isIpv4 } from '../../src/normalizers/address.js';
import { groupByFirst, startingAs } from '../../src/normalizers/first-character.js';
import { readAddresses, readEndpoint, sourceOf } from '../../src/normalizers/generic-endpoints.js';
import { findProgram } from '../../src/normalizers/programs.js';
import { digitsEnd, readPort, readPortAt, standsAt } from '../../src/normalizers/text.js';

/** The quick ways of reading text against the plain ones. */

const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é'), maxLength: 40 });

test('standsAt is startsWith for any word that is not empty', () => {
  fc.assert(
    fc.property(word, word, word, fc.nat(45), (before, text, after, at) => {
      const whole = before + text + after;
      for (const wanted of [text, `${text}a`, after, before, whole.slice(at, at + 15)]) {
        for (const from of [before.length, at, 0]) {
          if (wanted !== '') expect(standsAt(whole, wanted, from)).toBe(whole.startsWith(wanted, from));
        }
      }
      expect(standsAt(whole, `${before}a`, -1)).toBe(false);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('readPortAt reads what readPort reads up to the end of the digits', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789 a'), maxLength: 24 });
  const text = fc.tuple(fc.nat(20), digits).map(([zeros, rest]) => '0'.repeat(zeros) + rest);
  fc.assert(
    fc.property(text, fc.nat(24), (port, at) => {
      expect(readPortAt(port, at)).toBe(readPort(port, at, digitsEnd(port, at)));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

describe('isIpv4', () => {
  test('takes each part as the rule has it', () => {
    for (const part of [...Array(1200).keys()].flatMap((n) => [`${n}`, `0${n}`])) {
      for (const quad of [`${part}.2.3.4`, `1.${part}.3.4`, `1.2.3.${part}`]) {
        expect([quad, isIpv4(quad, 0, quad.length)]).toEqual([quad, isQuad(quad)]);
      }
    }
  });

  test('takes the same words as the rule', () => {
    const quad = fc.array(fc.oneof(fc.nat(260).map(String), fc.constantFrom('', '0', '01', 'a', 'ı', 'é')), {
      minLength: 3,
      maxLength: 5,
    });
    fc.assert(
      fc.property(quad, fc.constantFrom('.', '.', ':', 'Ȯ'), (parts, dot) => {
        const text = parts.join(dot);
        expect(isIpv4(`x${text}9`, 1, text.length + 1)).toBe(isQuad(text));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});

function isQuad(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 &&
    parts.every((part) => String(Number(part)) === part && Number(part) <= 255 && /^\d+$/.test(part))
  );
}

test('addresses are found where a search through all characters finds them', () => {
  const token = fc.constantFrom(
    ...[
      '192.0.2.1',
      '10.0.0.300',
      '::1',
      '2001:db8::1',
      'fe80::1%eth0',
      'abc',
      'a.b',
      'x',
      'to',
      'from',
      'v',
      'dst=',
      '->',
    ],
    ...[
      ':22',
      ':',
      '.',
      '. ',
      ' ',
      ' ',
      ' ',
      '[',
      ']',
      '(',
      '-',
      '_',
      'é',
      ' port ',
      '1.2.3.4:80',
      '12:30:45',
      '1.2.3',
    ],
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
      const message = tokens.join('');
      const quick = new Event();
      const plain = new Event();
      const source = sourceOf(plain);
      readAddresses(quick, message);
      for (const run of message.matchAll(/[0-9a-fA-F.:]+/g)) {
        const end = run.index + run[0].length;
        const isWord =
          /[\w-]/.test(message.charAt(run.index - 1)) ||
          (/[\w-]/.test(message.charAt(end)) && !message.startsWith('->', end));
        if (run[0].length >= 3 && !isWord) readEndpoint(plain, message, run.index, end, source);
      }
      expect(quick).toEqual(plain);
    }),
    { seed: 1, numRuns: 3000 },
  );
});

test('groupByFirst leaves out nothing that the text begins with, and keeps the order', () => {
  const some = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'Ā'), maxLength: 3 });
  fc.assert(
    fc.property(fc.array(some, { maxLength: 8 }), some, fc.nat(3), (words, text, at) => {
      const found = startingAs(
        groupByFirst(words, (item) => item),
        text,
        at,
      );
      const fits = (item: string) => text.slice(at).startsWith(item);
      expect(found.filter(fits)).toEqual(words.filter(fits));
    }),
    { seed: 1 },
  );
});

test('programs that share a slot are not taken for each other', () => {
  const tag = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 40 }), (tags) => {
      for (const name of tags) expect(findProgram(name).name).toBe(name);
    }),
    { seed: 1 },
  );
});
