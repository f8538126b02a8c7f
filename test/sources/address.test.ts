import { describe, expect, it } from 'vitest';
import { bindTo, describeAddress, listenError, peerAddress } from '../../src/sources/address.js';

const failure = (code: string): Error => Object.assign(new Error(`listen ${code}`), { code });

describe('addresses', () => {
  it.each([
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:c000:201', '::ffff:c000:201'],
  ])('of a peer: %s is %s', (address, expected) => {
    expect(peerAddress(address)).toBe(expected);
  });

  it('are shown as they are configured', () => {
    expect(describeAddress({ host: '0.0.0.0', port: 5140 }, 'udp')).toBe('0.0.0.0:5140/udp');
    expect(describeAddress({ host: '::', port: 6514 }, 'tls')).toBe('[::]:6514/tls');
  });

  it('falls back to IPv4 for "all addresses" on a machine without IPv6, and for nothing else', async () => {
    const tried: string[] = [];
    const bind = async (host: string): Promise<void> => {
      tried.push(host);
      if (host.includes(':')) throw failure('EAFNOSUPPORT');
    };
    await bindTo({ host: '::', port: 0 }, bind);
    await expect(bindTo({ host: '::1', port: 0 }, bind)).rejects.toThrow('EAFNOSUPPORT');
    expect(tried).toEqual(['::', '0.0.0.0', '::1']);
  });

  it.each([
    ['EADDRINUSE', 'port 514/udp is already in use; stop the other program or change listen', true],
    [
      'EACCES',
      /^no permission to listen on port 514\/udp; ports below 1024 need CAP_NET_BIND_SERVICE/,
      false,
    ],
    ['EADDRNOTAVAIL', /^this machine has no address 192\.0\.2\.1; change listen/, true],
    ['ENOBUFS', 'cannot listen on 192.0.2.1:514/udp: listen ENOBUFS', true],
  ])('says what to do about %s', (code, message, retryable) => {
    const error = listenError(failure(code), { host: '192.0.2.1', port: 514 }, 'udp');
    expect(error.message).toMatch(message);
    expect(error.retryable).toBe(retryable);
  });

  it('that are names are looked up, and said to be unknown', async () => {
    await expect(bindTo({ host: 'no-such-host.invalid', port: 0 }, async () => {})).rejects.toThrow(
      'listen: no address found for no-such-host.invalid',
    );
  });
});
