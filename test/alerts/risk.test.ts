import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type RiskPart, riskOf } from '../../src/alerts/risk.js';
import { LEVELS } from '../../src/model/rule.js';
import { HOUR } from './helpers.js';

const part = (severity: RiskPart['severity'], lastSeen = 0): RiskPart => ({ severity, lastSeen });

it('takes rules as witnesses: the examples of docs/reference/incidents.md', () => {
  expect(riskOf([part('medium'), part('low')], 1, 0)).toBe(26);
  expect(riskOf([part('medium'), part('medium')], 2, 0)).toBe(42);
  expect(riskOf([part('critical'), part('high'), part('medium')], 4, 0)).toBe(88);
  expect(riskOf([part('low'), part('low')], 1, 0)).toBe(15);
});

it('lets a word weigh half after a day', () => {
  expect(riskOf([part('high')], 1, 0)).toBe(40);
  expect(riskOf([part('high')], 1, 24 * HOUR)).toBe(20);
  expect(riskOf([part('high')], 1, -HOUR)).toBe(40);
});

const parts = fc.array(
  fc.record({ severity: fc.constantFrom(...LEVELS), lastSeen: fc.integer({ min: 0, max: 1e9 }) }),
  { maxLength: 20 },
);

it('is a whole number from 0 to 100 that more witnesses or tactics never lower and time never raises', () => {
  fc.assert(
    fc.property(
      parts,
      fc.constantFrom(...LEVELS),
      fc.nat(15),
      fc.nat(1e9),
      (some, severity, tactics, later) => {
        const risk = riskOf(some, tactics, 1e9);
        expect(Number.isInteger(risk) && risk >= 0 && risk <= 100).toBe(true);
        expect(riskOf([...some, part(severity, 1e9)], tactics, 1e9)).toBeGreaterThanOrEqual(risk);
        expect(riskOf(some, tactics + 1, 1e9)).toBeGreaterThanOrEqual(risk);
        expect(riskOf(some, tactics, 1e9 + later)).toBeLessThanOrEqual(risk);
      },
    ),
  );
});
