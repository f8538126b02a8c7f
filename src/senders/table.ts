import { inPieces } from '../model/pieces.js';
import { RecencyList, RecencyNode } from '../model/recency-list.js';
import { copySender, Sender, type SenderName } from './sender.js';

const SAVED_AT_ONCE = 128;

/** The senders of one source, or some of them, as data: those heard longest ago first. */
export interface SavedSource {
  readonly name: string;
  readonly listening: boolean;
  /** Silence told of for more than one, by address; empty = of the whole source. */
  readonly together: readonly (readonly [address: string, Together])[];
  readonly regular: readonly Sender[];
  readonly others: readonly Sender[];
}

/** Senders whose silence was told of as one. */
export interface Together {
  /** So many were told of, and so many of them are silent still. */
  size: number;
  missing: number;
}

/** The senders of one source. */
export class SourceSenders {
  readonly name: string;
  /** Nobody is missed while nobody listens. */
  listening = false;
  readonly together = new Map<string, Together>();
  /** Heard longest ago first: those that would be missed, and the others. */
  readonly regular = new RecencyList<Sender>();
  readonly others = new RecencyList<Sender>();
  readonly #byName = new Map<string, RecencyNode<Sender>>();

  constructor(name: string) {
    this.name = name;
  }

  get size(): number {
    return this.#byName.size;
  }

  find(address: string, identity: string | null, host: string | null): RecencyNode<Sender> | undefined {
    return this.#byName.get(nameKey(address, identity, host));
  }

  add(sender: Sender, list: RecencyList<Sender>): RecencyNode<Sender> {
    const node = new RecencyNode(sender);
    this.#byName.set(nameKey(sender.address, sender.identity, sender.host), node);
    list.append(node);
    return node;
  }

  remove(node: RecencyNode<Sender>, list: RecencyList<Sender>): void {
    const { address, identity, host } = node.item;
    this.#byName.delete(nameKey(address, identity, host));
    list.remove(node);
  }
}

/**
 * All senders, by source. At most so many: beyond it one goes of the source that has most, whoever was heard longest ago of
 * those that would not be missed. So made-up names push out each other and not those whose silence is news.
 */
export class SenderTable implements Iterable<Sender> {
  readonly #max: number;
  readonly #onEvicted: (sender: Sender) => void;
  readonly #sources = new Map<string, SourceSenders>();
  #size = 0;

  constructor(max: number, onEvicted: (sender: Sender) => void) {
    this.#max = max;
    this.#onEvicted = onEvicted;
  }

  get sources(): Iterable<SourceSenders> {
    return this.#sources.values();
  }

  get size(): number {
    return this.#size;
  }

  *[Symbol.iterator](): Iterator<Sender> {
    for (const { regular, others } of this.#sources.values()) {
      yield* regular;
      yield* others;
    }
  }

  /** The senders of a source, none yet when it is new. */
  sourceOf(name: string): SourceSenders {
    let source = this.#sources.get(name);
    if (source === undefined) {
      source = new SourceSenders(name);
      this.#sources.set(name, source);
    }
    return source;
  }

  addNew(source: SourceSenders, name: Omit<SenderName, 'source'>, now: number): RecencyNode<Sender> {
    while (this.#size >= this.#max) this.#evict();
    this.#size++;
    return source.add(new Sender({ source: source.name, ...name }, now), source.others);
  }

  remove(source: SourceSenders, node: RecencyNode<Sender>, list: RecencyList<Sender>): void {
    source.remove(node, list);
    this.#size--;
  }

  /** A source with many senders comes in pieces. */
  snapshot(): SavedSource[] {
    const saved: SavedSource[] = [];
    for (const { name, listening, together, regular, others } of this.#sources.values()) {
      const told = [...together].map(([address, one]) => [address, { ...one }] as const);
      saved.push({ name, listening, together: told, regular: [], others: [] });
      for (const some of inPieces(copies(regular), SAVED_AT_ONCE))
        saved.push({ name, listening, together: [], regular: some, others: [] });
      for (const some of inPieces(copies(others), SAVED_AT_ONCE))
        saved.push({ name, listening, together: [], regular: [], others: some });
    }
    return saved;
  }

  /** Takes over a snapshot; the table must be empty. A smaller limit is kept once a new sender comes. */
  restore(saved: readonly SavedSource[]): void {
    for (const { name, listening, together, regular, others } of saved) {
      const source = this.sourceOf(name);
      source.listening = listening;
      for (const [address, one] of together) source.together.set(address, { ...one });
      for (const sender of regular) source.add(copySender(sender), source.regular);
      for (const sender of others) source.add(copySender(sender), source.others);
      this.#size += regular.length + others.length;
    }
  }

  #evict(): void {
    let fullest: SourceSenders | null = null;
    for (const source of this.#sources.values())
      if (fullest === null || source.size > fullest.size) fullest = source;
    if (fullest === null) return;
    const list = fullest.others.size > 0 ? fullest.others : fullest.regular;
    const node = list.oldest!;
    this.#onEvicted(node.item);
    this.remove(fullest, node, list);
  }
}

function* copies(senders: Iterable<Sender>): Generator<Sender, void> {
  for (const sender of senders) yield copySender(sender);
}

function nameKey(address: string, identity: string | null, host: string | null): string {
  return `${address}\0${identity ?? ''}\0${host ?? ''}`;
}
