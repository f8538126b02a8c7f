import type { Peer } from '../model/raw-chunk.js';

interface Entry {
  readonly peer: Peer;
  readonly allowed: boolean;
  /** Bytes of late; halved by `age`. */
  recent: number;
}

/** Who sent, and in which second last. */
interface Turn {
  address: string;
  second: number;
}

const MAX_PEERS = 4096;
/** Nobody else for so many seconds: the sender is alone. */
const ALONE_SECONDS = 5;

/**
 * Senders of datagrams by address: their Peer, whether they are allowed, and how much of the recent bytes is
 * theirs. Addresses of datagrams can be forged, so the table is bounded; one that is forgotten starts anew.
 */
export class PeerTable {
  readonly #entries = new Map<string, Entry>();
  readonly #resolve: (address: string) => { readonly peer: Peer; readonly allowed: boolean };
  #recent = 0;
  #second = 0;
  /** The last two senders: what tells whether one is alone. */
  #latest: Turn = { address: '', second: Number.NEGATIVE_INFINITY };
  #before: Turn = { address: '', second: Number.NEGATIVE_INFINITY };

  constructor(resolve: (address: string) => { readonly peer: Peer; readonly allowed: boolean }) {
    this.#resolve = resolve;
  }

  /** `address` as the socket reports it. */
  get(address: string): Entry {
    const known = this.#entries.get(address);
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_PEERS) this.#halve();
    if (this.#entries.size >= MAX_PEERS) this.#clear();
    const entry = { ...this.#resolve(address), recent: 0 };
    this.#entries.set(address, entry);
    return entry;
  }

  add(entry: Entry, bytes: number): void {
    entry.recent += bytes;
    this.#recent += bytes;
    const { address } = entry.peer;
    if (this.#latest.address !== address) {
      [this.#latest, this.#before] = [this.#before, this.#latest];
      this.#latest.address = address;
    }
    this.#latest.second = this.#second;
  }

  /** The peer's part of the recent bytes, 0..1. Who is alone takes nobody's room: 0. */
  share(entry: Entry): number {
    const other = this.#latest.address === entry.peer.address ? this.#before : this.#latest;
    if (this.#second - other.second >= ALONE_SECONDS) return 0;
    return this.#recent === 0 ? 0 : entry.recent / this.#recent;
  }

  /** Called once a second: halves what was, and forgets who is silent. */
  age(): void {
    this.#second++;
    this.#halve();
  }

  get size(): number {
    return this.#entries.size;
  }

  #halve(): void {
    this.#recent = 0;
    for (const [address, entry] of this.#entries) {
      entry.recent = Math.floor(entry.recent / 2);
      if (entry.recent === 0) this.#entries.delete(address);
      else this.#recent += entry.recent;
    }
  }

  #clear(): void {
    this.#entries.clear();
    this.#recent = 0;
  }
}
