import { RecencyList, RecencyNode } from '../model/recency-list.js';
import type { Group } from './group.js';
import type { Hit } from './hit.js';

/** A hit on which a group waits until its time is over. */
export class Watch {
  readonly group: Group;
  hit: Hit;
  /** Event time, ms, from which it lasts. */
  readonly time: number;
  /** Number of the event in its group, by which the group's window knows it. */
  readonly event: number;
  /** Ascending as they were opened, those of all correlations together. */
  readonly number: number;
  readonly place = new RecencyNode<Watch>(this);

  constructor(group: Group, hit: Hit, time: number, event: number, number: number) {
    this.group = group;
    this.hit = hit;
    this.time = time;
    this.event = event;
    this.number = number;
  }
}

/**
 * The watches of one correlation in order of receipt. All wait equally long, so that the oldest is the next to be
 * judged: no heap.
 */
export class WatchQueue {
  readonly #waitMs: number;
  readonly #queue = new RecencyList<Watch>();

  /** @param waitMs receive time that passes before a watch is judged */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Receive time, ms, after which the next watch can be judged; Infinity = there is none. */
  get dueAt(): number {
    const oldest = this.#queue.oldest?.item;
    return oldest === undefined ? Number.POSITIVE_INFINITY : oldest.hit.receivedAt + this.#waitMs;
  }

  get oldest(): Watch | null {
    return this.#queue.oldest?.item ?? null;
  }

  /** The clock was set back to `now`, ms: no hit was received later. `onChange`: the group is about to change. */
  setBack(now: number, onChange: (group: Group) => void): void {
    for (const watch of this.#queue) {
      if (watch.hit.receivedAt <= now) continue;
      onChange(watch.group);
      watch.hit = { ...watch.hit, receivedAt: now };
    }
  }

  open(watch: Watch): void {
    watch.group.watches.push(watch);
    this.#queue.append(watch.place);
  }

  end(watch: Watch): void {
    const { watches } = watch.group;
    watches.splice(watches.indexOf(watch), 1);
    this.#queue.remove(watch.place);
  }
}
