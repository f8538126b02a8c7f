import { describe, expect, it } from 'vitest';
import { CidrSet } from '../../src/model/cidr-set.js';

describe('an allow list', () => {
  it('lets everybody in when it is empty', () => {
    expect(new CidrSet([]).has('203.0.113.9')).toBe(true);
  });

  it.each([
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.128/25', '192.0.2.128', true],
    ['10.0.0.0/9', '10.127.255.255', true],
    ['10.0.0.0/9', '10.128.0.0', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8:0:8000::/49', '2001:db8:0:7fff::1', false],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['::ffff:192.0.2.0/120', '192.0.3.9', false],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['192.0.2.0/24', 'nonsense', false],
  ])('%s has %s: %s', (block, address, expected) => {
    expect(new CidrSet([block]).has(address)).toBe(expected);
  });

  it('takes whoever is in any of its blocks', () => {
    const set = new CidrSet(['192.0.2.0/24', '2001:db8::/32']);
    expect(['192.0.2.1', '2001:db8::1', '198.51.100.1'].map((address) => set.has(address))).toEqual([
      true,
      true,
      false,
    ]);
  });
});
