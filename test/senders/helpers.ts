import { deserialize, serialize } from 'node:v8';
import { configSchema } from '../../src/config/schema.js';
import { type Core, createCore } from '../../src/keep.js';
import type { AlertChange } from '../../src/model/alert.js';
import { type Change, isIncident } from '../../src/model/change.js';
import { Event } from '../../src/model/event.js';
import type { Peer, Transport } from '../../src/model/raw-chunk.js';
import type { Sent } from '../../src/model/sent.js';
import { normalize } from '../../src/normalizers/normalize.js';
import { parseRecord } from '../../src/parsers/parse-record.js';
import { buildRuleset } from '../../src/ruleset.js';
import { SenderCollector } from '../../src/senders/collector.js';
import { SenderWatch, type SenderWatchOptions } from '../../src/senders/watch.js';

export const START = Date.UTC(2026, 2, 2, 8);
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Two hours to learn, so that nobody regular pauses for more than ten minutes. */
export const QUICK = { learnMs: 2 * HOUR, atLeastMs: MINUTE };

const HINTS = { format: 'auto', timezone: 'UTC', logsource: null } as const;
const CONFIG = configSchema.parse({});
const BUILT = buildRuleset([
  {
    path: 'x.yml',
    text: 'title: X\nname: x\nlevel: low\nlogsource: { product: linux }\ndetection: { s: { message: x }, condition: s }\n',
  },
]);

export interface Record {
  readonly text: string;
  readonly peer: Peer | null;
}

/** A line of a host that an address hands over, with a certificate of that subject. */
export function from(address: string, host: string | null = null, text = 'hello', identity?: string): Record {
  return {
    text: host === null ? text : `<13>Mar  2 08:00:00 ${host} app[1]: ${text}`,
    peer: peerOf(address, identity),
  };
}

const PEERS = new Map<string, Peer>();

function peerOf(address: string, identity?: string): Peer {
  const key = `${address} ${identity}`;
  const peer = PEERS.get(key) ?? { address, ...(identity !== undefined && { identity }) };
  PEERS.set(key, peer);
  return peer;
}

/** What a detector would say of a chunk with these records. */
export function sentBy(records: readonly Record[], receivedAt = START, transport: Transport = 'udp'): Sent {
  const collector = new SenderCollector();
  const event = new Event();
  records.forEach(({ text, peer }, index) => {
    event.reset(text);
    event.index = index;
    event.receivedAt = receivedAt;
    event.peer = transport === 'file' ? null : (peer?.address ?? null);
    parseRecord(text, event.record, HINTS, receivedAt);
    normalize(event, null);
    collector.add(event, peer);
  });
  return deserialize(serialize(collector.take({ transport }))) as Sent;
}

/** A core with senders, fed as the keeper does it. */
export class World {
  readonly changes: Change[] = [];
  readonly counts = new Map<string, number>();
  readonly #options: Partial<SenderWatchOptions>;
  watch!: SenderWatch;
  core: Core;
  #seq = 0;

  constructor(options: Partial<SenderWatchOptions> = QUICK, sources: readonly string[] = ['udp']) {
    this.#options = options;
    this.core = this.#newCore();
    if (sources.length > 0) this.listen(sources, START);
  }

  listen(sources: readonly string[], at: number): void {
    this.core.listen(sources, at);
  }

  chunk(at: number, records: readonly Record[], source = 'udp'): void {
    if (records.length === 0) return;
    this.changes.push(...this.core.hear(source, sentBy(records, at), ++this.#seq, at));
  }

  tick(at: number): void {
    this.changes.push(...this.core.tick(at));
  }

  restart(): void {
    const saved = [...this.core.snapshot()].map((part) => deserialize(serialize(part)) as unknown);
    this.core = this.#newCore();
    this.core.restore(saved);
  }

  /** From `start` to `end`, a tick a minute; `speak` says who is heard when. */
  live(start: number, end: number, speak: (at: number) => readonly Record[]): void {
    for (let at = start; at < end; at += MINUTE) {
      this.chunk(at, speak(at));
      this.tick(at);
    }
  }

  get alerts(): AlertChange[] {
    return this.changes.filter((change) => !isIncident(change));
  }

  /** "opened web-01", in order. */
  get news(): string[] {
    return this.alerts.map(({ alert, entity }) => `${alert.status} ${entity}`);
  }

  #newCore(): Core {
    this.watch = new SenderWatch({
      max: 10_000,
      silence: true,
      learnMs: DAY,
      atLeastMs: 10 * MINUTE,
      count: (code, n) => this.counts.set(code, (this.counts.get(code) ?? 0) + n),
      ...this.#options,
    });
    return createCore(CONFIG, BUILT, () => {}, undefined, null, this.watch);
  }
}
