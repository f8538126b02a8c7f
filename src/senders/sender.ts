import { RECORD_FORMATS } from '../model/record.js';
import { FORMATS, LAST, LAST_INDEX, RECORDS, SAMPLE, type Sent, SKEW, UNRECOGNIZED } from '../model/sent.js';
import { newRhythm, type Rhythm } from './rhythm.js';

/** Clock skews remembered: the middle one of them counts. */
const SKEWS = 9;
const RATE_SLOT_MS = 10_000;

/** By whom the silence of a sender was told: by nobody, in an alert of its own, or with others of its address or source. */
export type Told = 'no' | 'alone' | 'address' | 'source';

/** Who it is. */
export interface SenderName {
  readonly source: string;
  /** IP address; of files the path, with `*` for a date; empty = nobody's. */
  readonly address: string;
  /** Subject of its TLS certificate. */
  readonly identity: string | null;
  readonly host: string | null;
}

/** What is known of a sender. A snapshot holds it as plain data. Times are receive times, ms. */
export class Sender implements SenderName {
  readonly source: string;
  readonly address: string;
  readonly identity: string | null;
  readonly host: string | null;
  firstSeen: number;
  lastSeen: number;
  /** From when silence counts: its last word, or when its source began to listen again. */
  quietSince: number;
  records = 0;
  unrecognized = 0;
  /** By place in RECORD_FORMATS. */
  formats = new Array<number>(RECORD_FORMATS.length).fill(0);
  /** Receive time less stated time, ms, newest last. */
  skews: number[] = [];
  /** The newest record that nobody recognised, cut. */
  sample: string | null = null;
  /** The newest record: position, and text, cut. */
  lastSeq = 0;
  lastIndex = 0;
  last = '';
  rhythm: Rhythm;
  /** It would be missed. */
  regular = false;
  told: Told = 'no';
  /** Records of this slot of RATE_SLOT_MS and of the one before. */
  slot = 0;
  inSlot = 0;
  before = 0;

  constructor({ source, address, identity, host }: SenderName, now: number) {
    this.source = source;
    this.address = address;
    this.identity = identity;
    this.host = host;
    this.firstSeen = now;
    this.lastSeen = now;
    this.quietSince = now;
    this.rhythm = newRhythm(now);
  }
}

/** What `stats` says of a sender. */
export interface SenderStats {
  readonly address: string;
  readonly identity?: string;
  readonly host?: string;
  /** Since first_seen. */
  readonly records: number;
  readonly unrecognized: number;
  readonly formats: Readonly<Record<string, number>>;
  /** Records a second, of about the last 10 s. */
  readonly rate: number;
  /** ISO 8601 UTC. */
  readonly first_seen: string;
  readonly last_seen: string;
  /** How far its clock is behind ours; negative = ahead. Null when its records have no stamp or wait to be read. */
  readonly clock_skew_ms: number | null;
  /** It was regular and is silent. */
  readonly quiet: boolean;
  /** The newest record that nobody recognised. */
  readonly sample?: string;
}

/** Counts the row at `at`, which came in the chunk at `seq`, received at `now`. */
export function countRow(sender: Sender, { rows, texts }: Sent, at: number, seq: number, now: number): void {
  const records = rows[at + RECORDS]!;
  sender.records += records;
  sender.unrecognized += rows[at + UNRECOGNIZED]!;
  const { formats, skews } = sender;
  for (let i = 0; i < formats.length; i++) formats[i]! += rows[at + FORMATS + i]!;
  const skew = rows[at + SKEW]!;
  if (!Number.isNaN(skew)) {
    if (skews.length === SKEWS) skews.shift();
    skews.push(skew);
  }
  const sample = rows[at + SAMPLE]!;
  if (sample > 0) sender.sample = texts[sample - 1]!;
  sender.lastSeq = seq;
  sender.lastIndex = rows[at + LAST_INDEX]!;
  sender.last = texts[rows[at + LAST]!]!;
  if (now > sender.lastSeen) sender.lastSeen = now;
  countRate(sender, records, now);
}

/** Nothing of it is later than `now`, ms. */
export function setSenderBack(sender: Sender, now: number): void {
  const { rhythm } = sender;
  sender.firstSeen = Math.min(sender.firstSeen, now);
  sender.lastSeen = Math.min(sender.lastSeen, now);
  sender.quietSince = Math.min(sender.quietSince, now);
  rhythm.turnedAt = Math.min(rhythm.turnedAt, now);
  const slot = Math.floor(now / RATE_SLOT_MS);
  if (slot >= sender.slot) return;
  sender.slot = slot;
  sender.inSlot = 0;
  sender.before = 0;
}

/** `now`: ms, for the rate. */
export function statsOf(sender: Sender, now: number): SenderStats {
  const { address, identity, host, records, unrecognized, sample } = sender;
  return {
    address,
    ...(identity !== null && { identity }),
    ...(host !== null && host !== address && { host }),
    records,
    unrecognized,
    formats: Object.fromEntries(
      RECORD_FORMATS.map((format, i) => [format, sender.formats[i]!] as const).filter(([, n]) => n > 0),
    ),
    rate: rateOf(sender, now),
    first_seen: new Date(sender.firstSeen).toISOString(),
    last_seen: new Date(sender.lastSeen).toISOString(),
    clock_skew_ms: middleOf(sender.skews),
    quiet: sender.told !== 'no',
    ...(sample !== null && { sample }),
  };
}

/** A copy that later records do not change; what was stored before there was a format has none of it. */
export function copySender(sender: Sender): Sender {
  const { formats, skews, rhythm } = sender;
  const own = {
    formats: RECORD_FORMATS.map((_, i) => formats[i] ?? 0),
    skews: [...skews],
    rhythm: { ...rhythm },
  };
  return Object.assign(new Sender(sender, sender.firstSeen), sender, own);
}

function countRate(sender: Sender, records: number, now: number): void {
  const slot = Math.floor(now / RATE_SLOT_MS);
  if (slot > sender.slot) {
    sender.before = slot === sender.slot + 1 ? sender.inSlot : 0;
    sender.slot = slot;
    sender.inSlot = 0;
  }
  sender.inSlot += records;
}

/** Of the last full slot, while there is one; a sender that is new has its first seconds. */
function rateOf({ slot, inSlot, before, firstSeen }: Sender, now: number): number {
  const slots = Math.floor(now / RATE_SLOT_MS) - slot;
  if (slots > 1) return 0;
  if (slots === 1) return (inSlot * 1000) / RATE_SLOT_MS;
  const since = Math.max(firstSeen, (slot - 1) * RATE_SLOT_MS);
  return ((before + inSlot) * 1000) / Math.max(1000, now - since);
}

function middleOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}
