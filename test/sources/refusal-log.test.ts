import { describe, expect, it } from 'vitest';
import { RefusalLog } from '../../src/sources/refusal-log.js';
import { testContext } from '../helpers/collecting-sink.js';

describe('the log of refusals', () => {
  it('counts each and says so once a minute per peer and code, with how many it left out', () => {
    const context = testContext();
    let now = 0;
    const refusals = new RefusalLog({ ...context, now: () => now });
    for (let i = 0; i < 5; i++) refusals.refuse('source.denied', '192.0.2.1', 'No.');
    refusals.refuse('source.denied', '192.0.2.2', 'No.');
    refusals.refuse('source.tls_refused', '192.0.2.1', 'No.', { reason: 'expired' });
    now = 60_000;
    refusals.refuse('source.denied', '192.0.2.1', 'No.');
    expect(context.counters.toJson()).toEqual({ 'source.denied': 7, 'source.tls_refused': 1 });
    expect(context.logged.map(({ code, peer, repeated }) => [code, peer, repeated])).toEqual([
      ['source.denied', '192.0.2.1', undefined],
      ['source.denied', '192.0.2.2', undefined],
      ['source.tls_refused', '192.0.2.1', undefined],
      ['source.denied', '192.0.2.1', 4],
    ]);
  });

  it('falls silent, not the counters, when thousands of addresses are refused at once', () => {
    const context = testContext();
    const refusals = new RefusalLog({ ...context, now: () => 0 });
    for (let i = 0; i < 5000; i++) refusals.refuse('source.denied', `10.0.${i >> 8}.${i & 255}`, 'No.');
    expect(context.logged).toHaveLength(1024);
    expect(context.counters.get('source.denied')).toBe(5000);
  });
});
