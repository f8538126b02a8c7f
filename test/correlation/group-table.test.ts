import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Group } from '../../src/correlation/group.js';
import { GroupTable } from '../../src/correlation/group-table.js';

const MAX_GROUPS = 40;
const LIFETIME = 50_000;
/** MIN_FAIR_GROUPS and LOOK_AHEAD of the table. */
const FAIR = 16;
const LOOK_AHEAD = 32;

interface Plain {
  readonly shelf: number;
  readonly key: string;
  readonly owner: string;
  proven: boolean;
  touch: number;
  touchedAt: number;
}

/** The same table, said plainly: all groups in the order of their last touch. */
class PlainTable {
  groups: Plain[] = [];
  evicted = 0;
  #heavy: string[] = [];
  #touches = 0;

  hit(shelf: number, key: string, owner: string, now: number): void {
    let group = this.groups.find((one) => one.shelf === shelf && one.key === key);
    if (group === undefined) {
      if (this.groups.length * 2 >= MAX_GROUPS) this.#sweep(shelf, now);
      while (this.groups.length >= MAX_GROUPS) this.#evict();
      group = { shelf, key, owner, proven: false, touch: 0, touchedAt: 0 };
      this.groups.push(group);
      if (this.#owned(owner).length > FAIR && !this.#heavy.includes(owner)) this.#heavy.push(owner);
    } else group.proven = true;
    group.touch = ++this.#touches;
    group.touchedAt = now;
    this.groups.sort((a, b) => a.touch - b.touch);
  }

  #owned(owner: string): Plain[] {
    return this.groups.filter((group) => group.owner === owner);
  }

  #sweep(shelf: number, now: number): void {
    for (const proven of [false, true]) {
      for (let n = 0; n < 2; n++) {
        const oldest = this.groups.find((group) => group.shelf === shelf && group.proven === proven);
        if (oldest === undefined || now - oldest.touchedAt <= LIFETIME) break;
        this.#remove(oldest);
      }
    }
  }

  #evict(): void {
    const owned = this.#heavy[0] === undefined ? [] : this.#owned(this.#heavy[0]);
    const victim =
      owned.slice(0, LOOK_AHEAD + 1).find(({ proven }) => !proven) ??
      owned[0] ??
      this.groups.find(({ proven }) => !proven) ??
      this.groups[0]!;
    this.#remove(victim);
    this.evicted++;
  }

  #remove(group: Plain): void {
    this.groups = this.groups.filter((other) => other !== group);
    if (this.#owned(group.owner).length <= FAIR)
      this.#heavy = this.#heavy.filter((owner) => owner !== group.owner);
  }
}

const hit = fc.record({
  shelf: fc.constantFrom(0, 1),
  key: fc.nat({ max: 45 }),
  owner: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
  later: fc.constantFrom(0, 0, 0, 1, 5, 30),
});

describe('the table of groups', () => {
  it('drops the same groups as if they were put in order with every hit', () => {
    fc.assert(
      fc.property(fc.array(hit, { minLength: 100, maxLength: 400 }), (hits) => {
        let evicted = 0;
        const limits = { maxGroups: MAX_GROUPS, maxEvidenceCharacters: 1, onEvicted: () => evicted++ };
        const table = new GroupTable(limits);
        const shelves = [0, 1].map((rule) =>
          table.addShelf({ rule, groupBy: ['user'], steps: 1, lifetimeMs: LIFETIME, queue: null }),
        );
        const plain = new PlainTable();
        let now = 0;
        for (const { shelf, key, owner, later } of hits) {
          now += later * 1000;
          const name = `${owner}${key}`;
          plain.hit(shelf, name, owner, now);
          const known = shelves[shelf]!.groups.get(name);
          const group = known ?? groupOf(shelves[shelf]!, name, owner);
          if (known === undefined) table.add(group, now);
          table.count(group);
          table.touch(group, now);
          const held = shelves.flatMap(({ groups }) => [...groups.values()]);
          expect(held.sort((a, b) => a.touch - b.touch).map((group) => group.key)).toEqual(
            plain.groups.map((group) => group.key),
          );
        }
        expect(evicted).toBe(plain.evicted);
      }),
      { numRuns: 60 },
    );
  });
});

function groupOf(shelf: Group['shelf'], key: string, owner: string): Group {
  return new Group(shelf, key, owner, 0);
}
