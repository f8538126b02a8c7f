import type { EcsField, Event } from './event.js';
import type { Logsource, LogsourcePart } from './logsource.js';

/**
 * What a stretch of the log holds, as 32-bit hashes of (field, value): whoever looks for a value skips every stretch
 * without its key. Case is ignored. Of an IPv4 address its /24 block is a key too; so are each rule that hit, each word of
 * the events' logsources, and each host on which a session began or ended.
 *
 * Keys are stored with the log: with a change of them KEYS_VERSION is another, and older filters are not believed.
 */
export const KEYS_VERSION = 2;

export type KeyedField = Extract<
  EcsField,
  'source.ip' | 'destination.ip' | 'host.name' | 'user.name' | 'process.name' | 'event.code'
>;

const SOURCE_IP = 1;
const DESTINATION_IP = 2;
const HOST = 3;
const USER = 4;
const PROCESS = 5;
const EVENT_CODE = 6;
const SOURCE_BLOCK = 7;
const DESTINATION_BLOCK = 8;
const RULE = 9;
const LOGSOURCE = 10;
const SESSION = 11;

const KEYED_FIELDS: ReadonlyMap<string, number> = new Map<KeyedField, number>([
  ['source.ip', SOURCE_IP],
  ['destination.ip', DESTINATION_IP],
  ['host.name', HOST],
  ['user.name', USER],
  ['process.name', PROCESS],
  ['event.code', EVENT_CODE],
]);
const BLOCKS: ReadonlyMap<string, number> = new Map<KeyedField, number>([
  ['source.ip', SOURCE_BLOCK],
  ['destination.ip', DESTINATION_BLOCK],
]);

/** Key of a value of the field, null when that field has none. */
export function valueKey(field: string, value: string): number | null {
  const tag = KEYED_FIELDS.get(field);
  return tag === undefined ? null : hashOf(tag, value);
}

/** Key of the /24 block that begins so (`192.0.2.`), null when the field is none of addresses. */
export function blockKey(field: string, prefix: string): number | null {
  const tag = BLOCKS.get(field);
  return tag === undefined ? null : hashOf(tag, prefix);
}

export function ruleKey(id: string): number {
  return hashOf(RULE, id);
}

export function logsourceKey(part: LogsourcePart, word: string): number {
  return hashOf(LOGSOURCE, `${part} ${word}`);
}

/** Of events whose logsource is open. */
export function openKey(): number {
  return hashOf(LOGSOURCE, '');
}

/** Some session on the host began or ended. */
export function sessionKey(host: string): number {
  return hashOf(SESSION, host);
}

/** Of any text; its case does not count. Never 0. */
export function textHash(text: string): number {
  return hashOf(0, text);
}

/** Slots of the table that a chunk begins with; a power of two. */
const SLOTS = 2048;
const MOST_SLOTS = 65_536;
/** Slots of the memory of values seen in this chunk, for each tag; a power of two. */
const SEEN = 128;

/**
 * Collects the keys of one chunk after another. Most values were seen a moment before, many as the very same string
 * (model/intern.ts): those cost a comparison.
 */
export class EventKeys {
  #slots = new Uint32Array(SLOTS);
  #count = 0;
  readonly #seen: string[] = new Array<string>(SEEN * RULE).fill('');
  /** Those of this chunk, by id. */
  #seenLogsources: boolean[] = [];

  add(event: Event): void {
    if (this.#seenLogsources[event.logsource.id] !== true) this.#addLogsource(event.logsource);
    const sourceIp = event['source.ip'];
    if (sourceIp !== null) this.#addAddress(SOURCE_IP, SOURCE_BLOCK, sourceIp);
    const host = event['host.name'];
    if (host !== null) this.#addName(HOST, host);
    const user = event['user.name'];
    if (user !== null) this.#addName(USER, user);
    const process = event['process.name'];
    if (process !== null) this.#addName(PROCESS, process);
    const destinationIp = event['destination.ip'];
    if (destinationIp !== null) this.#addAddress(DESTINATION_IP, DESTINATION_BLOCK, destinationIp);
    const code = event['event.code'];
    if (code !== null) this.#addCode(code);
    if (event.session !== null && host !== null) this.put(hashOf(SESSION, host));
  }

  /** What a record itself has as the value of a keyed field, which may be something else than what the event has. */
  addOwn(field: KeyedField, value: string): void {
    const tag = KEYED_FIELDS.get(field)!;
    if (tag === EVENT_CODE) this.#addCode(value);
    else this.#addName(tag, value);
  }

  put(key: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = key & mask;
    for (let found = slots[at]!; found !== 0; found = slots[at]!) {
      if (found === key) return;
      at = (at + 1) & mask;
    }
    slots[at] = key;
    if (++this.#count * 2 > slots.length) this.#grow();
  }

  /** The keys since the last call, in no order. */
  take(): Uint32Array<ArrayBuffer> {
    const keys = new Uint32Array(this.#count);
    let n = 0;
    for (const key of this.#slots) if (key !== 0) keys[n++] = key;
    if (this.#slots.length > MOST_SLOTS) this.#slots = new Uint32Array(SLOTS);
    else if (n > 0) this.#slots.fill(0);
    this.#count = 0;
    // They may be slices of the chunk and would keep it.
    this.#seen.fill('');
    this.#seenLogsources = [];
    return keys;
  }

  #addLogsource({ id, closed, product, categories, services }: Logsource): void {
    this.#seenLogsources[id] = true;
    if (!closed) this.put(openKey());
    if (product !== null) this.put(logsourceKey('product', product));
    for (const category of categories) this.put(logsourceKey('category', category));
    for (const service of services) this.put(logsourceKey('service', service));
  }

  /** As text, and as the number that it may be compared as: 4624 is "04624". */
  #addCode(code: string): void {
    if (this.#isSeen(EVENT_CODE, code)) return;
    this.put(hashOf(EVENT_CODE, code));
    const number = Number(code);
    if (!Number.isNaN(number)) this.put(hashOf(EVENT_CODE, String(number)));
  }

  #addName(tag: number, name: string): void {
    if (!this.#isSeen(tag, name)) this.put(hashOf(tag, name));
  }

  #addAddress(tag: number, blockTag: number, address: string): void {
    if (this.#isSeen(tag, address)) return;
    let hash = SEED;
    let block = 0;
    for (let i = 0; i < address.length; i++) {
      const code = address.charCodeAt(i);
      if (code > 64) {
        // IPv6, which has no block.
        this.put(hashOf(tag, address));
        return;
      }
      hash = Math.imul(hash ^ code, PRIME);
      if (code === DOT) block = hash;
    }
    this.put(mixed(hash, tag));
    if (block !== 0) this.put(mixed(block, blockTag));
  }

  /** Whether the value was added since the last `take`, as far as is remembered; now it is. */
  #isSeen(tag: number, value: string): boolean {
    const last = value.length - 1;
    if (last < 1) return false;
    const ends = value.charCodeAt(last) * 5 + value.charCodeAt(last - 1) * 19 + value.charCodeAt(last >> 1);
    const slot = tag * SEEN + ((ends + last * 37) & (SEEN - 1));
    if (this.#seen[slot] === value) return true;
    this.#seen[slot] = value;
    return false;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#count = 0;
    for (const key of old) if (key !== 0) this.put(key);
  }
}

const SEED = 0x811c9dc5;
const PRIME = 0x01000193;
const DOT = 46;

/** FNV-1a over the text in lower case, mixed with the tag so that all bits count. Never 0. */
function hashOf(tag: number, text: string): number {
  let hash = SEED;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) code += 32;
    else if (code > 127) return hashOfOther(tag, text);
    hash = Math.imul(hash ^ code, PRIME);
  }
  return mixed(hash, tag);
}

function hashOfOther(tag: number, text: string): number {
  // As rules fold it (sigma/match/wildcard.ts).
  const lower = text.toLowerCase().replaceAll('ς', 'σ').replaceAll('ſ', 's');
  let hash = SEED;
  for (let i = 0; i < lower.length; i++) hash = Math.imul(hash ^ lower.charCodeAt(i), PRIME);
  return mixed(hash, tag);
}

function mixed(hash: number, tag: number): number {
  hash = Math.imul(hash ^ (hash >>> 16) ^ Math.imul(tag, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return hash === 0 ? 1 : hash;
}
