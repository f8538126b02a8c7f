import { closeSync, fstatSync, openSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { isEvtx } from '../sources/evtx/evtx-lines.js';
import { encodingOf } from '../sources/tail/encoding.js';
import { isGzip } from '../sources/tail/gzip.js';
import { readAt } from '../sources/tail/identity.js';

/** What is looked at: unpacked it is 4 MB at most, whatever was made of it. */
const HEAD_BYTES = 4096;

/** Beginnings of files that are no log lines, and what to do with them. */
const KINDS: readonly { readonly magic: string; readonly at?: number; readonly what: string }[] = [
  {
    magic: 'LPKSHHRH',
    what: 'a systemd journal: journalctl --file FILE -o json | vedette scan -',
  },
  { magic: '(\xb5/\xfd', what: 'compressed by zstd: unpack it first' },
  { magic: '\xfd7zXZ\0', what: 'compressed by xz: unpack it first' },
  { magic: 'BZh', what: 'compressed by bzip2: unpack it first' },
  { magic: 'PK\x03\x04', what: 'a zip archive: unpack it first' },
  { magic: "7z\xbc\xaf'\x1c", what: 'a 7z archive: unpack it first' },
  { magic: 'ustar', at: 257, what: 'a tar archive: unpack it first' },
  { magic: 'SQLite format 3\0', what: 'a database' },
];

/** Why a file holds no log lines, in words; null = it may hold some. Throws what the system says. */
export function notLogLines(path: string): string | null {
  const fd = openSync(path, 'r');
  try {
    if (fstatSync(fd).size === 0) return 'empty';
    const head = readAt(fd, 0, HEAD_BYTES);
    return kindOf(isGzip(fd) ? unpacked(head) : head);
  } finally {
    closeSync(fd);
  }
}

/** What an open file is known to be that holds no log lines, by how it begins; null = anything else. */
export function knownKind(fd: number): string | null {
  const head = readAt(fd, 0, HEAD_BYTES);
  return kindByMagic(isGzip(fd) ? unpacked(head) : head);
}

function kindByMagic(head: Buffer): string | null {
  const text = head.toString('latin1');
  return KINDS.find(({ magic, at = 0 }) => text.startsWith(magic, at))?.what ?? null;
}

function kindOf(head: Buffer): string | null {
  if (isEvtx(head)) return null;
  const known = kindByMagic(head);
  if (known !== null) return known;
  // Of UTF-16 every other byte may be 0.
  return encodingOf(head) !== 'utf-8' || !isBinary(head) ? null : 'not text';
}

/** A writer that did not notice a truncation leaves a hole of NULs at the beginning. */
function isBinary(head: Buffer): boolean {
  const start = head.findIndex((byte) => byte !== 0);
  return start < 0 ? head.length > 0 : head.indexOf(0, start) >= 0;
}

/** As much as the first bytes of a gzip file hold; what is broken is told by whoever reads it. */
function unpacked(head: Buffer): Buffer {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
