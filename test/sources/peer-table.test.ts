import { describe, expect, it } from 'vitest';
import { PeerTable } from '../../src/sources/peer-table.js';

const table = (): PeerTable => new PeerTable((address) => ({ peer: { address }, allowed: true }));

describe('the table of datagram senders', () => {
  it('gives one sender the same Peer each time, so that batches can tell runs by identity', () => {
    const peers = table();
    expect(peers.get('192.0.2.1').peer).toBe(peers.get('192.0.2.1').peer);
  });

  it('knows whose share of the recent bytes is how large, and forgets', () => {
    const peers = table();
    const [loud, quiet] = [peers.get('192.0.2.1'), peers.get('192.0.2.2')];
    expect(peers.share(loud)).toBe(0);
    peers.add(loud, 900);
    peers.add(quiet, 100);
    expect([peers.share(loud), peers.share(quiet)]).toEqual([0.9, 0.1]);
    peers.age();
    peers.add(quiet, 850);
    expect(peers.share(loud)).toBeCloseTo(450 / 1350);
    for (let second = 0; second < 10; second++) peers.age();
    expect(peers.size).toBe(0);
  });

  it('does not hold its share against a sender that is alone for five seconds', () => {
    const peers = table();
    const loud = peers.get('192.0.2.1');
    peers.add(loud, 1_000_000);
    expect(peers.share(loud)).toBe(0);
    peers.add(peers.get('192.0.2.2'), 1);
    for (let second = 0; second < 4; second++) peers.age();
    peers.add(loud, 1_000_000);
    expect(peers.share(loud)).toBeGreaterThan(0.99);
    peers.age();
    peers.add(loud, 1_000_000);
    expect(peers.share(loud)).toBe(0);
    expect(peers.share(peers.get('192.0.2.3'))).toBe(0);
    peers.add(peers.get('192.0.2.3'), 1);
    expect(peers.share(loud)).toBeGreaterThan(0.99);
  });

  it('stays bounded when addresses are forged', () => {
    const peers = table();
    let largest = 0;
    for (let i = 0; i < 20_000; i++) {
      peers.add(peers.get(`10.0.${i >> 8}.${i & 255}`), 1e9);
      largest = Math.max(largest, peers.size);
    }
    expect(largest).toBe(4096);
  });
});
