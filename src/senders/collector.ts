import { basename, dirname, join } from 'node:path';
import type { Event } from '../model/event.js';
import type { Peer, RawChunk, Transport } from '../model/raw-chunk.js';
import { RECORD_FORMATS, type RecordFormat } from '../model/record.js';
import {
  ADDRESS,
  FORMATS,
  HOST,
  IDENTITY,
  LAST,
  LAST_INDEX,
  RECORDS,
  SAMPLE,
  SENT_WIDTH,
  type Sent,
  SKEW,
  UNRECOGNIZED,
} from '../model/sent.js';

/** Of one chunk: who names more in 128 KiB makes them up. */
export const MAX_ROWS = 2048;
const MAX_NAME = 255;
const MAX_LAST = 512;
const MAX_SAMPLE = 1024;

/** Their records wait to be read: when that happens says nothing of a clock. */
const READ_LATER: ReadonlySet<Transport> = new Set(['file', 'journald', 'stdin', 'nats']);

/**
 * Notes who sent the records of one chunk. One object serves all chunks of a detector; nothing is kept from one chunk to
 * the next. Records of one sender come in rows, so that most cost two comparisons and no search.
 */
export class SenderCollector {
  /** Made once, used again for each chunk. */
  readonly #rows: Row[] = [new Row()];
  #count = 0;
  #skipped = 0;
  readonly #byPeer = new Map<Peer | null, RowsOfPeer>();
  #peer: Peer | null = null;
  #row = this.#rows[0]!;
  #format: RecordFormat = 'plain';
  #formatAt = RECORD_FORMATS.indexOf('plain');

  /** Adds a record. `peer`: one object for all records of a peer in this chunk. */
  add(event: Event, peer: Peer | null): void {
    const host = event['host.name'];
    if (this.#count === 0 || peer !== this.#peer || host !== this.#row.host) {
      const row = this.#rowOf(peer, host);
      if (row === null) {
        this.#skipped++;
        return;
      }
      this.#peer = peer;
      this.#row = row;
    }
    const row = this.#row;
    const { format, original } = event.record;
    if (format !== this.#format) {
      this.#format = format;
      this.#formatAt = RECORD_FORMATS.indexOf(format);
    }
    row.records++;
    row.formats[this.#formatAt]!++;
    row.last = original;
    row.lastIndex = event.index;
    if (!event.logsource.closed) {
      row.unrecognized++;
      row.sample = original;
    }
    // Without a stamp the event has the time of its receipt.
    if (event.timestamp !== event.receivedAt) row.skew = event.receivedAt - event.timestamp;
  }

  /** What was added since the last call, all from `chunk`. */
  take({ transport }: Pick<RawChunk, 'transport'>): Sent {
    const texts: string[] = [];
    const rows = new Float64Array(this.#count * SENT_WIDTH);
    for (let i = 0; i < this.#count; i++) {
      const row = this.#rows[i]!;
      const at = i * SENT_WIDTH;
      rows[at + ADDRESS] = texts.push(addressOf(row.peer, transport)) - 1;
      rows[at + IDENTITY] = placeOf(texts, row.peer?.identity, MAX_NAME);
      rows[at + HOST] = placeOf(texts, row.host, MAX_NAME);
      rows[at + LAST] = texts.push(row.last.slice(0, MAX_LAST)) - 1;
      rows[at + LAST_INDEX] = row.lastIndex;
      rows[at + SAMPLE] = placeOf(texts, row.sample, MAX_SAMPLE);
      rows[at + RECORDS] = row.records;
      rows[at + UNRECOGNIZED] = row.unrecognized;
      rows[at + SKEW] = READ_LATER.has(transport) ? Number.NaN : row.skew;
      rows.set(row.formats, at + FORMATS);
      row.clear();
    }
    const taken = { count: this.#count, rows, texts, skipped: this.#skipped };
    this.#count = 0;
    this.#skipped = 0;
    this.#byPeer.clear();
    return taken;
  }

  /** Null = there are too many. */
  #rowOf(peer: Peer | null, host: string | null): Row | null {
    const known = this.#byPeer.get(peer);
    if (known !== undefined) {
      const row = known.first.host === host ? known.first : known.others?.get(host);
      if (row !== undefined) return row;
    }
    if (this.#count === MAX_ROWS) return null;
    this.#rows[this.#count] ??= new Row();
    const row = this.#rows[this.#count++]!;
    row.peer = peer;
    row.host = host;
    if (known === undefined) this.#byPeer.set(peer, { first: row, others: null });
    else {
      known.others ??= new Map();
      known.others.set(host, row);
    }
    return row;
  }
}

interface RowsOfPeer {
  readonly first: Row;
  /** Rows of its other hosts: a relay has some. */
  others: Map<string | null, Row> | null;
}

class Row {
  peer: Peer | null = null;
  host: string | null = null;
  records = 0;
  unrecognized = 0;
  skew = Number.NaN;
  last = '';
  lastIndex = 0;
  sample: string | null = null;
  readonly formats = new Float64Array(RECORD_FORMATS.length);

  clear(): void {
    this.peer = null;
    this.host = null;
    this.records = 0;
    this.unrecognized = 0;
    this.skew = Number.NaN;
    this.last = '';
    this.sample = null;
    this.formats.fill(0);
  }
}

function placeOf(texts: string[], text: string | null | undefined, most: number): number {
  return text === null || text === undefined ? 0 : texts.push(text.slice(0, most));
}

/** Files that have a date in their name are one after the other the same sender. */
const DATE = /\d{4}[-_.]?\d\d(?:[-_.]?\d\d)?(?:[-_.T]?\d{2,6})?/;

function addressOf(peer: Peer | null, transport: Transport): string {
  if (peer === null) return '';
  const { address } = peer;
  if (transport !== 'file') return address.slice(0, MAX_NAME);
  return join(dirname(address), basename(address).replace(DATE, '*')).slice(-MAX_NAME);
}
