import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { toAddress } from '../../src/normalizers/address.js';

describe('addresses', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8::', '2001:db8::'],
    ['::', '::'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is %s', (text, canonical) => {
    expect(toAddress(text)).toBe(canonical);
  });

  test.each([
    '',
    '-',
    '192.0.2',
    '192.0.2.256',
    '192.0.02.1',
    '192.0.2.1.',
    '1.2.3.4.5',
    ':',
    ':::',
    '1::2::3',
  ])('"%s" is none', (text) => {
    expect(toAddress(text)).toBeNull();
  });

  test.each([
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '00:00:5e:00:53:01',
    'a.example',
    '::192.0.2.1:5',
  ])('"%s" is none either', (text) => {
    expect(toAddress(text)).toBeNull();
  });

  test('any IPv6 address is spelled as ipaddr.js spells it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        // ipaddr.js reads the IPv4-compatible form (RFC 4291 §2.5.5.1, deprecated) as the mapped one.
        fc.pre(!/^::\d+\./.test(text));
        const parsed = ipaddr.IPv6.parse(text);
        const expected = parsed.isIPv4MappedAddress()
          ? parsed.toIPv4Address().toString()
          : parsed.toRFC5952String();
        expect(toAddress(text)).toBe(expected);
      }),
    );
  });

  test('any other text is taken for an address only where ipaddr.js takes it for one', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0129aF:.%'), maxLength: 20 });
    fc.assert(
      fc.property(text, (candidate) => {
        if (toAddress(candidate) === null) return;
        expect(ipaddr.isValid(candidate.split('%')[0]!)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
