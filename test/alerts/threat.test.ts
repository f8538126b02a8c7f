import { describe, expect, it } from 'vitest';
import { mergeThreats, threatOfTags } from '../../src/alerts/threat.js';

function idsOf(tags: readonly string[]): { tactic: string[]; technique: string[] } {
  const { tactic, technique } = threatOfTags(tags);
  return { tactic: tactic.map(({ id }) => id), technique: technique.map(({ id }) => id) };
}

describe('threatOfTags', () => {
  it.each([
    [
      'in any case, with dashes or underscores',
      ['attack.credential-access', 'attack.Initial_Access', 'attack.t1110.001'],
      ['TA0006', 'TA0001'],
      ['T1110.001'],
    ],
    ['once', ['attack.t1110', 'attack.T1110', 'attack.execution', 'attack.execution'], ['TA0002'], ['T1110']],
    ['under the id that took the place of a retired one', ['attack.t1002'], [], ['T1560']],
    [
      'but nothing that is no tactic or technique in force',
      [
        'attack.g0016',
        'attack.s0002',
        'attack.t9999',
        'attack.constructor',
        'cve.2021.44228',
        'detection.threat_hunting',
      ],
      [],
      [],
    ],
    [
      'both heirs of a tactic that was split, when no technique tells',
      ['attack.defense_evasion'],
      ['TA0005', 'TA0112'],
      [],
    ],
  ])('reads tags %s', (_how, tags, tactic, technique) => {
    expect(idsOf(tags)).toEqual({ tactic, technique });
  });

  it('takes the heir of a split tactic that the technique belongs to', () => {
    expect(idsOf(['attack.defense-evasion', 'attack.t1036'])).toEqual({
      tactic: ['TA0005'],
      technique: ['T1036'],
    });
  });
});

describe('mergeThreats', () => {
  it('adds what is new and otherwise returns the same object', () => {
    const before = threatOfTags(['attack.t1110']);
    expect(mergeThreats(before, threatOfTags(['attack.t1110']))).toBe(before);
    expect(mergeThreats(before, threatOfTags(['attack.t1078'])).technique.map(({ id }) => id)).toEqual([
      'T1110',
      'T1078',
    ]);
  });
});
