import { describe, expect, it } from 'vitest';
import { Counters } from '../../src/telemetry/counters.js';

describe('counters', () => {
  it('add up by code and begin at nothing', () => {
    const counters = new Counters();
    expect(counters.toJson()).toEqual({});
    counters.add('source.denied');
    counters.add('source.denied', 4);
    counters.add('parse.empty', 0);
    expect(counters.get('source.denied')).toBe(5);
    expect(counters.get('parse.empty')).toBe(0);
    expect(counters.toJson()).toEqual({ 'source.denied': 5 });
  });

  it('take the counts of others, and print in the order of the codes', () => {
    const counters = new Counters();
    counters.add('source.denied', 1);
    counters.merge({ 'source.denied': 2, 'frame.truncated': 3 });
    expect(Object.entries(counters.toJson())).toEqual([
      ['frame.truncated', 3],
      ['source.denied', 3],
    ]);
  });
});
