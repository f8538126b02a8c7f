import { describe, expect, it } from 'vitest';
import { reasonOf } from '../../src/alerts/reason.js';
import type { CorrelationRule } from '../../src/model/rule.js';
import type { GroupValue } from '../../src/model/signal.js';
import { correlation, detection, hitAt } from './helpers.js';

const BY_IP: readonly GroupValue[] = [['source.ip', '203.0.113.7']];
const condition = (changes: object) => ({
  bounds: [],
  fields: [],
  percentile: null,
  expression: null,
  ...changes,
});

describe('the reason of a correlation', () => {
  it.each<[Partial<CorrelationRule>, number, readonly GroupValue[], string]>([
    [{}, 12, BY_IP, 'event_count 12 ≥ 10 within 5m for source.ip 203.0.113.7'],
    [
      {
        type: 'value_count',
        condition: condition({
          fields: ['user.name'],
          bounds: [
            { op: 'gt', value: 2 },
            { op: 'lte', value: 9 },
          ],
        }),
      },
      3,
      [...BY_IP, ['host.name', 'web-01']],
      'value_count of user.name 3 > 2 and ≤ 9 within 5m for source.ip 203.0.113.7, host.name web-01',
    ],
    [
      { type: 'temporal_ordered', rules: ['scan', 'brute', 'login'], condition: null },
      3,
      BY_IP,
      'scan → brute → login in this order within 5m for source.ip 203.0.113.7',
    ],
    [
      { type: 'temporal', rules: ['a', 'b'], condition: null },
      2,
      [],
      'temporal 2 of 2 rules (a, b) within 5m',
    ],
    [
      { type: 'temporal_ordered', rules: ['0e9ae7a2-5a0c-4f8e-9b0e-1d2c3b4a5f60', 'b'], condition: null },
      2,
      [],
      '2 rules in this order within 5m',
    ],
    [
      { type: 'temporal_ordered', rules: ['start', 'end'], absent: 'end', condition: null },
      0,
      BY_IP,
      'start not followed by end within 5m for source.ip 203.0.113.7',
    ],
    [
      { type: 'temporal_ordered', rules: ['beat'], absent: 'beat', condition: null },
      0,
      [],
      'beat not followed by beat within 5m',
    ],
    [
      {
        type: 'value_percentile',
        condition: condition({ fields: ['bytes'], percentile: 95, bounds: [{ op: 'gt', value: 10 }] }),
      },
      12.5,
      [],
      'value_percentile 95 of bytes 12.5 > 10 within 5m',
    ],
  ])('%o', (rule, value, group, reason) => {
    expect(reasonOf(correlation(rule), hitAt(0, { value, group }), () => [])).toBe(reason);
  });
});

describe('the reason of a detection', () => {
  const reason = (matches: readonly { field: string | null; pattern: string; value: string }[]) =>
    reasonOf(
      detection(),
      hitAt(0, {
        evidence: [
          { seq: 1, index: 0, original: '', matches: matches.map((match) => ({ selection: 's', ...match })) },
        ],
      }),
      ({ matches: given }) => given ?? [],
    );

  it('names keywords and fields', () => {
    expect(
      reason([
        { field: null, pattern: 'Failed password', value: 'Failed password for root' },
        { field: 'user.name', pattern: 'ro*', value: 'root' },
      ]),
    ).toBe('matched keywords: Failed password; user.name: root');
  });

  it('stays short', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({
      field: 'f',
      pattern: 'x',
      value: `${i}${'y'.repeat(500)}`,
    }));
    expect(reason(many).length).toBeLessThan(600);
    expect(reason(many)).toMatch(/ and 5 more$/);
  });

  it('says so when nothing positive matched', () => {
    expect(reason([])).toBe('matched the rule');
  });
});
