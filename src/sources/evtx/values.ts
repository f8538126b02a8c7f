import type { Json } from '../../model/json.js';
import type { TypedValue } from './binary-xml.js';
import { Damage } from './cursor.js';

/** Types of values ([MS-EVEN6] §2.2.12.1) that are not told by `READERS`. */
export const NULL_TYPE = 0x00;
export const XML_TYPE = 0x21;
const STRING = 0x01;
const ANSI_STRING = 0x02;
const SID = 0x13;
/** On a type: so many of them as the size holds; of texts, each with a NUL behind it. */
const ARRAY = 0x80;

interface Reader {
  /** Bytes; null = as many as there are. */
  readonly size: number | null;
  readonly read: (bytes: Buffer, at: number, size: number) => Json;
}

const BINARY: Reader = {
  size: null,
  read: (bytes, at, size) => bytes.toString('hex', at, at + size).toUpperCase(),
};

/** Numbers are numbers; all else is the text that Windows shows for it. */
const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [0x03, { size: 1, read: (bytes, at) => bytes.readInt8(at) }],
  [0x04, { size: 1, read: (bytes, at) => bytes.readUInt8(at) }],
  [0x05, { size: 2, read: (bytes, at) => bytes.readInt16LE(at) }],
  [0x06, { size: 2, read: (bytes, at) => bytes.readUInt16LE(at) }],
  [0x07, { size: 4, read: (bytes, at) => bytes.readInt32LE(at) }],
  [0x08, { size: 4, read: (bytes, at) => bytes.readUInt32LE(at) }],
  [0x09, { size: 8, read: (bytes, at) => exact(bytes.readBigInt64LE(at)) }],
  [0x0a, { size: 8, read: (bytes, at) => exact(bytes.readBigUInt64LE(at)) }],
  [0x0b, { size: 4, read: (bytes, at) => real(bytes.readFloatLE(at), 6) }],
  [0x0c, { size: 8, read: (bytes, at) => real(bytes.readDoubleLE(at), 14) }],
  [0x0d, { size: 4, read: (bytes, at) => bytes.readUInt32LE(at) !== 0 }],
  [0x0e, BINARY],
  [0x0f, { size: 16, read: guid }],
  [0x10, { size: null, read: sizeT }],
  [0x11, { size: 8, read: (bytes, at) => fileTime(bytes.readBigUInt64LE(at)) }],
  [0x12, { size: 16, read: systemTime }],
  [0x14, { size: 4, read: (bytes, at) => `0x${bytes.readUInt32LE(at).toString(16)}` }],
  [0x15, { size: 8, read: (bytes, at) => `0x${bytes.readBigUInt64LE(at).toString(16)}` }],
  [0x20, { size: null, read: sizeT }],
]);

/** A value that is no XML. Null: it has none. Throws `Damage`. */
export function valueJson(bytes: Buffer, { type, at, size }: TypedValue): Json {
  if (type === NULL_TYPE) return null;
  if (type === STRING) return withoutEnd(bytes.toString('utf16le', at, at + size));
  if (type === ANSI_STRING) return withoutEnd(ansi(bytes, at, size));
  // Some programs say a type and write nothing.
  if (size === 0) return null;
  if ((type & ARRAY) !== 0) return arrayJson(bytes, type & ~ARRAY, at, size);
  if (type === SID) return sid(bytes, at, size);
  const reader = readerOf(type);
  if (reader.size !== null && size < reader.size) throw new Damage('it has a value that is too short');
  return reader.read(bytes, at, size);
}

function arrayJson(bytes: Buffer, type: number, at: number, size: number): Json[] {
  if (type === STRING) return texts(bytes.toString('utf16le', at, at + size));
  if (type === ANSI_STRING) return texts(ansi(bytes, at, size));
  if (type === SID) return sids(bytes, at, size);
  const reader = readerOf(type);
  if (reader.size === null) throw new Damage('it has a list of what has no length');
  const list: Json[] = [];
  for (let from = at; from + reader.size <= at + size; from += reader.size)
    list.push(reader.read(bytes, from, reader.size));
  return list;
}

/** A type that nobody knows is told as what it is made of. */
function readerOf(type: number): Reader {
  return READERS.get(type) ?? BINARY;
}

function texts(joined: string): string[] {
  const list = joined.split('\0');
  if (list.at(-1) === '') list.pop();
  return list;
}

/** Some writers count the NUL behind a text. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** In the code page of the machine, which the file does not say: of the West's. */
function ansi(bytes: Buffer, at: number, size: number): string {
  return WINDOWS_1252.decode(bytes.subarray(at, at + size));
}

const WINDOWS_1252 = new TextDecoder('windows-1252');

function exact(value: bigint): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** JSON has neither NaN nor infinity. Digits: as many as the type holds. */
function real(value: number, digits: number): Json {
  if (Number.isFinite(value)) return Number(value.toPrecision(digits + 1));
  return Number.isNaN(value) ? '-1.#IND' : value > 0 ? '1.#INF' : '-1.#INF';
}

/** Of its five parts the first three are little-endian. */
function guid(bytes: Buffer, at: number): string {
  const parts = [
    hex(bytes.readUInt32LE(at), 8),
    hex(bytes.readUInt16LE(at + 4), 4),
    hex(bytes.readUInt16LE(at + 6), 4),
    hex(bytes.readUInt16BE(at + 8), 4),
    hex(bytes.readUIntBE(at + 10, 6), 12),
  ];
  return `{${parts.join('-')}}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function sizeT(bytes: Buffer, at: number, size: number): string {
  if (size !== 4 && size !== 8) throw new Damage('it has a value that is too short');
  return `0x${(size === 4 ? bytes.readUInt32LE(at) : bytes.readBigUInt64LE(at)).toString(16)}`;
}

/** 100 ns since 1601. */
const UNIX_EPOCH = 11_644_473_600n;
const TICKS = 10_000_000n;

/** ISO 8601 with all seven digits. "Never" is the year 30828, as Windows shows it. */
function fileTime(ticks: bigint): string {
  const whole = new Date(Number(ticks / TICKS - UNIX_EPOCH) * 1000).toISOString().replace(/^\+0*/, '');
  return whole.replace('000Z', `${(ticks % TICKS).toString().padStart(7, '0')}Z`);
}

/** Year, month, day of the week, day, hour, minute, second, ms, 16 bits each. */
function systemTime(bytes: Buffer, at: number): string {
  const part = (i: number, width = 2): string =>
    bytes
      .readUInt16LE(at + i * 2)
      .toString()
      .padStart(width, '0');
  return `${part(0, 4)}-${part(1)}-${part(3)}T${part(4)}:${part(5)}:${part(6)}.${part(7, 3)}Z`;
}

/** Revision, number of parts, authority (6 bytes, big-endian), parts ([MS-DTYP] §2.4.2.2). */
function sid(bytes: Buffer, at: number, size: number): string {
  if (size < sidBytes(bytes, at, size)) throw new Damage('it has a SID that is too short');
  const parts = Array.from({ length: bytes[at + 1]! }, (_, i) => bytes.readUInt32LE(at + 8 + i * 4));
  return ['S', bytes[at], bytes.readUIntBE(at + 2, 6), ...parts].join('-');
}

function sids(bytes: Buffer, at: number, size: number): string[] {
  const list: string[] = [];
  for (let from = at; from < at + size; from += sidBytes(bytes, from, at + size - from))
    list.push(sid(bytes, from, at + size - from));
  return list;
}

function sidBytes(bytes: Buffer, at: number, size: number): number {
  if (size < 8) throw new Damage('it has a SID that is too short');
  return 8 + bytes[at + 1]! * 4;
}
