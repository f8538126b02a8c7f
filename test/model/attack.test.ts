import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ATTACK_VERSION,
  attackTactics,
  attackTechnique,
  isRetiredTactic,
  movedTechnique,
} from '../../src/model/attack.js';
import { describeShared, sharedPath } from '../helpers/shared.js';

describe('the ATT&CK table', () => {
  it('knows techniques by id in any case, with their tactics', () => {
    expect(attackTechnique('t1110.001')).toMatchObject({
      id: 'T1110.001',
      name: 'Password Guessing',
      tactics: [{ id: 'TA0006' }],
    });
    expect(attackTechnique('T0000')).toBeNull();
    expect(attackTechnique('__proto__')).toBeNull();
  });

  it('leads from retired ids to those in force', () => {
    expect(movedTechnique('t1002')).toBe('T1560');
    expect(movedTechnique('T1110')).toBeNull();
    expect(isRetiredTactic('defense_evasion')).toBe(true);
    expect(attackTactics('defense-evasion').map(({ name }) => name)).toEqual([
      'Stealth',
      'Defense Impairment',
    ]);
  });
});

describeShared('the ATT&CK table against its source', () => {
  interface Attack {
    version: string;
    tactics: Record<string, { name: string; tag: string }>;
    techniques: Record<string, [string, string[]]>;
    moved: Record<string, string>;
  }
  const attack = JSON.parse(readFileSync(sharedPath('data', 'attack-enterprise.json'), 'utf8')) as Attack;

  it('is of its version', () => {
    expect(ATTACK_VERSION).toBe(attack.version);
  });

  it('has every tactic, technique and move', () => {
    for (const [id, { name, tag }] of Object.entries(attack.tactics))
      expect(attackTactics(tag)).toEqual([{ id, name, tag }]);
    for (const [id, [name, tactics]] of Object.entries(attack.techniques)) {
      const technique = attackTechnique(id);
      expect([technique?.name, technique?.tactics.map((tactic) => tactic.id)]).toEqual([name, tactics]);
    }
    for (const [from, to] of Object.entries(attack.moved)) expect(attackTechnique(from)?.id).toBe(to);
  });
});
