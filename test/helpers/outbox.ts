import { identityOf } from '../../src/model/change.js';
import type { Outbox, SinkPosition } from '../../src/sinks/outbox.js';
import type { OutboxItem, SinkState } from '../../src/sinks/sink.js';

/** An outbox in memory that can be told to fail. */
export class MemoryOutbox implements Outbox {
  readonly items: OutboxItem[] = [];
  readonly deadLetters: { sink: string; position: number; reason: string }[] = [];
  readonly commits: SinkPosition[] = [];
  readonly #positions = new Map<string, SinkPosition>();
  /** How many of the next commits throw. */
  failingCommits = 0;

  read(after: number, limit: number, newestOnly: boolean): OutboxItem[] {
    const waiting = this.items.filter(({ position }) => position > after).slice(0, limit);
    if (!newestOnly) return waiting;
    const newest = new Map(waiting.map((item) => [identityOf(item.change).id, item]));
    return waiting.filter((item) => newest.get(identityOf(item.change).id) === item);
  }

  position(sink: string): SinkPosition | null {
    return this.#positions.get(sink) ?? null;
  }

  commit(sink: string, position: number, state: SinkState | null): void {
    if (this.failingCommits > 0) {
      this.failingCommits -= 1;
      throw new Error('database or disk is full');
    }
    const committed = { position, state };
    this.commits.push(committed);
    this.#positions.set(sink, committed);
  }

  deadLetter(sink: string, item: OutboxItem, reason: string): void {
    this.deadLetters.push({ sink, position: item.position, reason });
  }
}
