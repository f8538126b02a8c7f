import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventJson } from '../../src/web/kit/api-types.js';
import { joined, NO_ROWS, type Rows } from '../../src/web/search/rows.js';

/** The events from `newest` down to `oldest`, which are numbered as they came. */
function eventsOf(newest: number, oldest: number): EventJson[] {
  const events: EventJson[] = [];
  for (let at = newest; at >= oldest; at--)
    events.push({ '@timestamp': '2026-11-20T18:14:15.000Z', event: { id: `1-${at}`, original: '' } });
  return events;
}

const numberOf = ({ event }: EventJson): number => Number(event.id.slice(2));

describe('rows of a search while events come', () => {
  it('never have a hole, however many come between two looks', () => {
    const turn = fc.record({ come: fc.nat(60), isShown: fc.boolean() });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 20 }), fc.integer({ min: 1, max: 20 }), (turns, limit) => {
        const most = 40;
        let newest = 10;
        let shown: Rows = { items: eventsOf(10, 1), next: null };
        let fresh = NO_ROWS;
        for (const { come, isShown } of turns) {
          newest += come;
          const seen = numberOf((fresh.items[0] ?? shown.items[0])!);
          const found = eventsOf(newest, Math.max(seen + 1, newest - limit + 1));
          const next = found.length === limit ? found.at(-1)!.event.id : null;
          if (found.length > 0) fresh = joined({ items: found, next }, fresh, most);
          if (!isShown) continue;
          shown = joined(fresh, shown, most);
          fresh = NO_ROWS;
          const numbers = shown.items.map(numberOf);
          // What `next` asks for begins right below the last one.
          const oldest = shown.next === null ? 1 : numberOf(shown.items.at(-1)!);
          if (shown.next !== null) expect(shown.next).toBe(`1-${oldest}`);
          expect(numbers).toEqual(eventsOf(newest, oldest).map(numberOf));
          expect(numbers.length).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
