import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParsedRecord } from '../../src/model/record.js';
import { parseAnyHeader, parsePlainHeader } from '../../src/parsers/host-and-tag.js';
import type { ParseContext } from '../../src/parsers/parser.js';

const HOSTS = [
  'web-1',
  '10.0.0.1',
  'From',
  'Fritz',
  'Message',
  'last',
  '--',
  'local',
  'a,b,c:',
  '[::1]',
  '2001:db8::1',
];
const TAGS = [
  'sshd',
  'su',
  'CRON',
  'CEF',
  'LEEF',
  'Log',
  '@cee',
  '%ASA-6-302013',
  'a=b',
  'postfix/smtpd',
  'su(pam_unix)',
];
const ENDS = [': ', ':', '[12]: ', '[12]:', '[12] ', '[]: ', '[a1]: ', '[1 2]: ', '://', ':0|', ' : ', ' '];

const piece = fc.oneof(
  fc.constantFrom(...HOSTS, ...TAGS, ...ENDS, ' MARK -- ', ' message repeated ', ' host: '),
  fc.string({ unit: fc.constantFrom(...' \t:[]()=,"|{%@/-ab1é'), maxLength: 6 }),
);
const header = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('web-1', '10.0.0.1', 'b'),
      fc.constantFrom(...TAGS),
      fc.constantFrom(': ', '[12]: ', '[1]: '),
      piece,
    )
    .map(([host, tag, end, rest]) => `${host} ${tag}${end}${rest}`),
  fc
    .tuple(fc.constantFrom(...HOSTS), fc.constantFrom(...TAGS), fc.constantFrom(...ENDS), piece)
    .map(([host, tag, end, rest]) => `${host} ${tag}${end}${rest}`),
  fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
);

describe('parsePlainHeader', () => {
  it('reads what the full rules read, or leaves the record alone', () => {
    let taken = 0;
    fc.assert(
      fc.property(header, (text) => {
        const quick = fresh(text);
        const full = fresh(text);
        parseAnyHeader(text, 0, full);
        if (parsePlainHeader(text, 0, quick, contextOf(text))) taken++;
        else full.reset(text);
        expect(quick).toEqual(full);
      }),
      { seed: 1, numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(300);
  });
});

/** The text stands somewhere in a larger chunk. */
function contextOf(text: string): ParseContext {
  return { clock: 0, timezone: 'UTC', bytes: Buffer.from(`ab c[1]: ${text} d[2]: `), from: 9 };
}

function fresh(text: string): ParsedRecord {
  const record = new ParsedRecord();
  record.reset(text);
  return record;
}
