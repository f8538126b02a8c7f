import type { EcsField, Event } from './event.js';

/**
 * What a stretch of the log holds, as 32-bit hashes of (field, value): whoever looks for a value skips every stretch
 * without its key. Case is ignored. Of an IPv4 address its /24 block is a key too; so is each rule that hit.
 *
 * Keys are stored with the log: a change of the hash or of KEYED_FIELDS is a new format of segments.
 */
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

  add(event: Event): void {
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
    if (code !== null) this.#addName(EVENT_CODE, code);
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
    return keys;
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
  const lower = text.toLowerCase();
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
