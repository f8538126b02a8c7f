import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { createEgress, guardedLookup } from '../../../src/sinks/webhook/egress.js';

const INTERNET = ['93.184.216.34', '2606:2800:220:1:248:1893:25c8:1946', '::ffff:93.184.216.34'];
const INSIDE = [
  ...['10.0.0.1', '172.16.3.4', '192.168.1.1', '127.0.0.1', '127.9.9.9', '::1', '100.64.0.1', 'fd12:3456::1'],
  ...['::ffff:127.0.0.1', '::ffff:10.0.0.1'],
];
/** Never by `true`: metadata, what is no single host, and ways around that lead anywhere. */
const NOWHERE = [
  ...['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192'],
  ...['fe80::1', '0.0.0.0', '::', '224.0.0.1', 'ff02::1', '255.255.255.255', '240.0.0.1', '0.1.2.3'],
  ...['64:ff9b::a9fe:a9fe', '2002:7f00:1::', '2001:0:7f00:1::', '::7f00:1', '::a00:1'],
  ...['localhost', '', 'not an address', '127.0.0.1.example.org'],
];

describe('where a post may go', () => {
  const allowed = (policy: Parameters<typeof createEgress>[0], addresses: readonly string[]): string[] =>
    addresses.filter(createEgress(policy));

  it('is the Internet', () => {
    expect(allowed(false, [...INTERNET, ...INSIDE, ...NOWHERE])).toEqual(INTERNET);
    expect(allowed([], [...INTERNET, ...INSIDE, ...NOWHERE])).toEqual(INTERNET);
  });

  it('is inside when that is allowed, but not where clouds keep credentials', () => {
    expect(allowed(true, [...INTERNET, ...INSIDE, ...NOWHERE])).toEqual([...INTERNET, ...INSIDE]);
  });

  it('is in the blocks that are named', () => {
    expect(allowed(['10.0.0.0/24', '169.254.169.254'], [...INSIDE, ...NOWHERE])).toEqual([
      '10.0.0.1',
      '::ffff:10.0.0.1',
      '169.254.169.254',
      '::ffff:169.254.169.254',
    ]);
  });
});

describe('the lookup of a connection', () => {
  const lookupOf = (answers: readonly LookupAddress[]) =>
    guardedLookup(createEgress(false), ((
      _name: string,
      _options: object,
      done: (error: null, found: LookupAddress[]) => void,
    ) => done(null, [...answers])) as never);

  const ask = (answers: readonly LookupAddress[], all: boolean): Promise<unknown> =>
    new Promise((resolve) => {
      lookupOf(answers)('name', { all }, (error, found, family) =>
        resolve(error === null ? (all ? found : [found, family]) : error.name),
      );
    });

  it('gives allowed addresses only, however it is asked', async () => {
    const answers = [
      { address: '10.0.0.1', family: 4 },
      { address: '93.184.216.34', family: 4 },
    ];
    expect(await ask(answers, true)).toEqual([answers[1]]);
    expect(await ask(answers, false)).toEqual(['93.184.216.34', 4]);
  });

  it('refuses a name that leads inside', async () => {
    expect(await ask([{ address: '127.0.0.1', family: 4 }], true)).toBe('ForbiddenAddress');
    expect(await ask([{ address: '::1', family: 6 }], false)).toBe('ForbiddenAddress');
    expect(await ask([], true)).toBe('ForbiddenAddress');
  });
});
