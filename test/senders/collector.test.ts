import { describe, expect, it } from 'vitest';
import { RECORD_FORMATS } from '../../src/model/record.js';
import { MAX_ROWS } from '../../src/senders/collector.js';
import type { SenderStats } from '../../src/senders/sender.js';
import { from, MINUTE, QUICK, type Record, SECOND, START, sentBy, World } from './helpers.js';

function statsOf(records: readonly Record[], at = START): readonly SenderStats[] {
  const world = new World();
  world.chunk(at, records);
  return world.watch.stats(200, at).udp?.senders ?? [];
}

describe('who sent what', () => {
  it('is told by address and host, with what came of it', () => {
    const records = [
      from('10.0.0.1', 'web-01'),
      from('10.0.0.1', 'db-01'),
      from('10.0.0.2', 'web-01'),
      from('10.0.0.1', 'web-01'),
      from('10.0.0.3', null, '{"a":1}'),
      from('10.0.0.3', null, 'no format at all'),
    ];
    const one = { records: 1, formats: { rfc3164: 1 } };
    expect(statsOf(records)).toMatchObject([
      { address: '10.0.0.1', host: 'web-01', records: 2, unrecognized: 2, formats: { rfc3164: 2 } },
      { address: '10.0.0.1', host: 'db-01', ...one },
      { address: '10.0.0.2', host: 'web-01', ...one },
      { address: '10.0.0.3', records: 2, formats: { json: 1, plain: 1 }, sample: 'no format at all' },
    ]);
  });

  it('counts every record once, however they are mixed', () => {
    const records = Array.from({ length: 500 }, (_, i) => from(`10.0.0.${i % 7}`, `h-${i % 11}`));
    const stats = statsOf(records);
    expect(stats).toHaveLength(77);
    expect(stats.reduce((sum, { records }) => sum + records, 0)).toBe(500);
    for (const { records, formats } of stats)
      expect(Object.values(formats).reduce((a, b) => a + b, 0)).toBe(records);
  });

  it('knows the subject of a certificate', () => {
    const peer = { address: '10.0.0.1', identity: 'CN=web-01' };
    expect(statsOf([{ text: 'x', peer }])).toMatchObject([{ identity: 'CN=web-01' }]);
  });

  it('keeps the newest record that nobody recognised, cut to 1 KiB', () => {
    const long = `mystery ${'y'.repeat(4000)}`;
    const known =
      '<38>Mar  2 08:00:00 web-01 sshd[9]: Failed password for root from 203.0.113.7 port 22 ssh2';
    const [stats] = statsOf([from('10.0.0.1', null, long), { text: known, peer: { address: '10.0.0.1' } }]);
    expect(stats!.sample).toBe(long.slice(0, 1024));
  });

  it('ends at a bound for one chunk, and counts what is beyond it', () => {
    const records = Array.from({ length: MAX_ROWS + 5 }, (_, i) => from('10.0.0.1', `h-${i}`));
    const sent = sentBy([...records, records[0]!]);
    expect(sent).toMatchObject({ count: MAX_ROWS, skipped: 5 });
  });

  it('cuts names that are too long, and takes any text as one', () => {
    const [stats] = statsOf([from('10.0.0.1', `__proto__${'x'.repeat(900)}`)]);
    expect(stats!.host!.length).toBeLessThanOrEqual(255);
    expect(RECORD_FORMATS).toContain(Object.keys(stats!.formats)[0]);
  });
});

describe('the clock of a sender', () => {
  const stamped = (at: number): Record => ({
    text: `<13>1 ${new Date(at).toISOString()} web-01 app - - - hello`,
    peer: { address: '10.0.0.1' },
  });

  it('is as far off as most of its chunks say', () => {
    const world = new World();
    for (let i = 0; i < 20; i++) {
      const at = START + i * SECOND;
      world.chunk(at, [stamped(i % 5 === 0 ? at - 9 * MINUTE : at + 3 * SECOND)]);
    }
    expect(world.watch.stats(1, START).udp!.senders[0]!.clock_skew_ms).toBe(-3 * SECOND);
  });

  it('is unknown without stamps, and where records wait to be read', () => {
    expect(statsOf([from('10.0.0.1', null, 'no stamp')])[0]!.clock_skew_ms).toBeNull();
    const world = new World(QUICK, ['files']);
    world.watch.hear('files', sentBy([stamped(START - MINUTE)], START, 'file'), 1, START);
    expect(world.watch.stats(1, START).files!.senders[0]!.clock_skew_ms).toBeNull();
  });
});

describe('the rate of a sender', () => {
  it('is that of the last ten seconds or so', () => {
    const world = new World();
    const ten = Array.from({ length: 10 }, () => from('10.0.0.1', 'web-01'));
    for (let i = 0; i < 60; i++) world.chunk(START + i * SECOND, ten);
    const rateAt = (at: number): number => world.watch.stats(1, at).udp!.senders[0]!.rate;
    expect(rateAt(START + 59 * SECOND + 999)).toBeCloseTo(10, 0);
    expect(rateAt(START + 65 * SECOND)).toBeCloseTo(10, 0);
    expect(rateAt(START + 120 * SECOND)).toBe(0);
  });
});
