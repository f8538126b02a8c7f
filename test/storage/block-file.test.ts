import { hash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readBlocks, writeBlocks } from '../../src/storage/block-file.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vedette-blocks-'));
  path = join(folder, 'x.pack');
});

afterEach(() => rmSync(folder, { recursive: true }));

const HEAD = { name: 'ä', list: [1, null], map: new Map([['__proto__', 1n]]) };
/** Larger than a piece, of odd length, empty. */
const BLOCKS = [2 * 1024 * 1024 + 3, 7, 0].map((size) => {
  const block = new SharedArrayBuffer(size);
  new Uint8Array(block).forEach((_, at, bytes) => {
    bytes[at] = at * 31;
  });
  return block;
});

/** In words: comparing millions of bytes as values takes half a minute. */
const bytesOf = (blocks: readonly SharedArrayBuffer[]): string[] =>
  blocks.map((block) => hash('sha256', new Uint8Array(block)));

it('gives back what was written under the same key, and nothing under another', async () => {
  expect(readBlocks(path, 'k')).toBeNull();
  await writeBlocks(path, 'k', { head: HEAD, blocks: BLOCKS });
  const found = readBlocks(path, 'k')!;
  expect(found.head).toEqual(HEAD);
  expect(bytesOf(found.blocks)).toEqual(bytesOf(BLOCKS));
  expect(found.blocks.every((block) => block instanceof SharedArrayBuffer)).toBe(true);
  expect(readBlocks(path, 'K')).toBeNull();
  expect(bytesOf(readBlocks(path, null)!.blocks)).toEqual(bytesOf(BLOCKS));
  await writeBlocks(path, 'K', { head: 1, blocks: [] });
  expect([readBlocks(path, 'k'), readBlocks(path, 'K')]).toEqual([null, { head: 1, blocks: [] }]);
});

it('takes nothing that is not as it was written, wherever it differs', async () => {
  await writeBlocks(path, 'k', { head: HEAD, blocks: BLOCKS });
  const whole = readFileSync(path);
  const damaged = [0, 31, 32, 35, 36, 40, 60, 100, 200, 5000, whole.length - 1].map((at) => {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 0x81;
    return bytes;
  });
  const cut = [0, 1, 31, 34, 36, 90, 4000, whole.length - 1].map((length) => whole.subarray(0, length));
  const longer = Buffer.concat([whole, Buffer.from([0])]);
  for (const bytes of [...damaged, ...cut, longer, Buffer.alloc(1000), Buffer.alloc(1000, 0xff)]) {
    writeFileSync(path, bytes);
    expect(readBlocks(path, 'k')).toBeNull();
  }
  writeFileSync(path, whole);
  expect(readBlocks(path, 'k')).not.toBeNull();
});

it('follows no link and reads no folder', async () => {
  await writeBlocks(path, 'k', { head: 1, blocks: [] });
  symlinkSync(path, join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  expect([readBlocks(join(folder, 'link'), 'k'), readBlocks(join(folder, 'folder'), 'k')]).toEqual([
    null,
    null,
  ]);
});

it('leaves nothing of a file that cannot take its place', async () => {
  mkdirSync(join(path, 'full'), { recursive: true });
  await expect(writeBlocks(path, 'k', { head: HEAD, blocks: BLOCKS })).rejects.toThrow();
  expect(readdirSync(folder)).toEqual(['x.pack']);
});
