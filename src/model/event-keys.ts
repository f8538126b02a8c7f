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

/** Slots of the table that a chunk begins with; a power of two. */
const SLOTS = 2048;
const MOST_SLOTS = 65_536;

/** Collects the keys of one chunk after another. Values equal to the one just before cost a comparison. */
export class EventKeys {
  #slots = new Uint32Array(SLOTS);
  #count = 0;
  #sourceIp: string | null = null;
  #destinationIp: string | null = null;
  #host: string | null = null;
  #user: string | null = null;
  #process: string | null = null;
  #code: string | null = null;

  add(event: Event): void {
    const sourceIp = event['source.ip'];
    if (sourceIp !== null && sourceIp !== this.#sourceIp) {
      this.#sourceIp = sourceIp;
      this.#addAddress(SOURCE_IP, SOURCE_BLOCK, sourceIp);
    }
    const host = event['host.name'];
    if (host !== null && host !== this.#host) {
      this.#host = host;
      this.put(hashOf(HOST, host));
    }
    const user = event['user.name'];
    if (user !== null && user !== this.#user) {
      this.#user = user;
      this.put(hashOf(USER, user));
    }
    const process = event['process.name'];
    if (process !== null && process !== this.#process) {
      this.#process = process;
      this.put(hashOf(PROCESS, process));
    }
    const destinationIp = event['destination.ip'];
    if (destinationIp !== null && destinationIp !== this.#destinationIp) {
      this.#destinationIp = destinationIp;
      this.#addAddress(DESTINATION_IP, DESTINATION_BLOCK, destinationIp);
    }
    const code = event['event.code'];
    if (code !== null && code !== this.#code) {
      this.#code = code;
      this.put(hashOf(EVENT_CODE, code));
    }
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
    // Flat copies would be needed to keep them: they may be slices of the chunk.
    this.#sourceIp = null;
    this.#destinationIp = null;
    this.#host = null;
    this.#user = null;
    this.#process = null;
    this.#code = null;
    return keys;
  }

  #addAddress(tag: number, blockTag: number, address: string): void {
    this.put(hashOf(tag, address));
    const dot = address.lastIndexOf('.');
    if (dot > 0) this.put(hashOf(blockTag, address, dot + 1));
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#count = 0;
    for (const key of old) if (key !== 0) this.put(key);
  }
}

/** FNV-1a over the text in lower case, mixed so that all bits count. Never 0. */
function hashOf(tag: number, text: string, length = text.length): number {
  let hash = 0x811c9dc5 ^ tag;
  for (let i = 0; i < length; i++) {
    let code = text.charCodeAt(i);
    if (code >= 65 && code <= 90) code += 32;
    else if (code > 127) return hashOfOther(tag, text.slice(0, length));
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return mixed(hash);
}

function hashOfOther(tag: number, text: string): number {
  const lower = text.toLowerCase();
  let hash = 0x811c9dc5 ^ tag;
  for (let i = 0; i < lower.length; i++) hash = Math.imul(hash ^ lower.charCodeAt(i), 0x01000193);
  return mixed(hash);
}

function mixed(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash = (hash ^ (hash >>> 16)) >>> 0;
  return hash === 0 ? 1 : hash;
}
