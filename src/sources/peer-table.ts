import type { Peer } from '../model/raw-chunk.js';

interface Entry {
  readonly peer: Peer;
  readonly allowed: boolean;
  /** Bytes of late; halved by `age`. */
  recent: number;
}

const MAX_PEERS = 4096;

/**
 * Senders of datagrams by address: their Peer, whether they are allowed, and how much of the recent bytes is
 * theirs. Addresses of datagrams can be forged, so the table is bounded; one that is forgotten starts anew.
 */
export class PeerTable {
  readonly #entries = new Map<string, Entry>();
  readonly #resolve: (address: string) => { readonly peer: Peer; readonly allowed: boolean };
  #recent = 0;

  constructor(resolve: (address: string) => { readonly peer: Peer; readonly allowed: boolean }) {
    this.#resolve = resolve;
  }

  /** `address` as the socket reports it. */
  get(address: string): Entry {
    const known = this.#entries.get(address);
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_PEERS) this.age();
    if (this.#entries.size >= MAX_PEERS) this.#clear();
    const entry = { ...this.#resolve(address), recent: 0 };
    this.#entries.set(address, entry);
    return entry;
  }

  add(entry: Entry, bytes: number): void {
    entry.recent += bytes;
    this.#recent += bytes;
  }

  /** The peer's part of the recent bytes, 0..1. */
  share(entry: Entry): number {
    return this.#recent === 0 ? 0 : entry.recent / this.#recent;
  }

  /** Called once a second: halves what was, and forgets who is silent. */
  age(): void {
    this.#recent = 0;
    for (const [address, entry] of this.#entries) {
      entry.recent = Math.floor(entry.recent / 2);
      if (entry.recent === 0) this.#entries.delete(address);
      else this.#recent += entry.recent;
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  #clear(): void {
    this.#entries.clear();
    this.#recent = 0;
  }
}
