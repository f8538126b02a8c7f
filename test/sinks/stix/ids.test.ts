import { describe, expect, it } from 'vitest';
import { canonicalJson, ownObjectId } from '../../../src/sinks/stix/ids.js';
import { address, domainName } from '../../../src/sinks/stix/observables.js';

describe('STIX ids', () => {
  it('of observables are the ones that the standard (section 2.9) and other tools give', () => {
    expect(address('198.51.100.3')?.id).toBe('ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4');
    expect(address('2001:db8::1')?.id).toBe('ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26');
    expect(domainName('example.com')?.id).toBe('domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7');
  });

  it('of alert objects depend on the alert, the type and the part', () => {
    const ids = [
      ownObjectId('indicator', 'a'),
      ownObjectId('indicator', 'b'),
      ownObjectId('sighting', 'a'),
      ownObjectId('relationship', 'a', 'x'),
      ownObjectId('relationship', 'a', 'y'),
    ];
    expect(new Set(ids.map((id) => id.split('--')[1])).size).toBe(5);
    expect(ownObjectId('indicator', 'a')).toBe(ids[0]);
  });

  it('are made from JSON in one form, whatever the order of properties', () => {
    expect(canonicalJson({ b: [1, { d: 'é"', c: true }], a: undefined })).toBe(
      '{"b":[1,{"c":true,"d":"é\\""}]}',
    );
  });

  it('are the same for the same address however it is written', () => {
    expect(address('2001:DB8:0:0::1')).toEqual(address('2001:db8::1'));
    expect(address('::ffff:192.0.2.1')).toEqual(address('192.0.2.1'));
    expect(address('fe80::1%eth0')).toEqual(address('fe80::1'));
    expect(address('192.0.2.300')).toBeNull();
  });
});
