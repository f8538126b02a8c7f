import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvidenceTrail, type TrailItem } from '../../src/correlation/evidence-trail.js';
import type { Evidence } from '../../src/model/signal.js';

const SIZE = 5;

interface Added {
  readonly event: number;
  readonly step: number;
  readonly time: number;
  /** How far before the time the window begins. */
  readonly span: number;
}

const added: fc.Arbitrary<Added> = fc.record({
  event: fc.nat({ max: 12 }),
  step: fc.constantFrom(0, 0, 0, 1, 2),
  time: fc.integer({ min: 0, max: 60 }),
  span: fc.integer({ min: 0, max: 60 }),
});

/** Null: a restart. */
const step = fc.oneof({ weight: 30, arbitrary: added }, fc.constant(null), fc.constant('clear' as const));

function charactersOf(items: readonly TrailItem[]): number {
  return items.reduce((sum, { evidence }) => sum + evidence.original.length, 0);
}

function evidenceOf({ event }: Added): Evidence {
  return { seq: 1, index: event, original: 'x'.repeat(event), matches: [] };
}

/** The same, said plainly. */
function plainly(items: readonly TrailItem[], one: Added): readonly TrailItem[] {
  const { step, time, span } = one;
  const evidence = evidenceOf(one);
  const item = { step, evidence, from: time, to: time };
  const before = items.slice(0, -1);
  const newest = items.at(-1);
  if (newest?.step === step && newest.evidence.index === evidence.index) {
    return [...before, { ...newest, from: Math.min(newest.from, time), to: Math.max(newest.to, time) }];
  }
  if (items.length < SIZE) return [...items, item];
  const inside = items.filter(({ to }) => to >= time - span);
  if (inside.length === SIZE && inside.every((other) => other.step === step)) return [...before, item];
  if (inside.length < SIZE) return [...inside, item];
  const countOf = (of: TrailItem): number => inside.filter((other) => other.step === of.step).length;
  const most = Math.max(...inside.map(countOf));
  const dropped = inside.findLast((other) => countOf(other) === most);
  return [...inside.filter((other) => other !== dropped), item];
}

describe('the trail of a group', () => {
  it('holds what its rules say, through restarts too', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (history) => {
        let trail = new EvidenceTrail(SIZE);
        let plain: readonly TrailItem[] = [];
        for (const one of history) {
          if (one === null) trail = new EvidenceTrail(SIZE, structuredClone(trail.save()));
          else if (one === 'clear') {
            expect(trail.clear()).toBe(-charactersOf(plain));
            plain = [];
          } else {
            const change = trail.add(evidenceOf(one), one.step, one.time, one.time - one.span);
            expect(change).toBe(charactersOf(plainly(plain, one)) - charactersOf(plain));
            plain = plainly(plain, one);
          }
          expect(trail.save()).toEqual(plain);
          expect(trail.newest).toEqual(plain.at(-1)?.evidence ?? null);
          expect(trail.characters).toBe(charactersOf(plain));
        }
      }),
    );
  });
});
