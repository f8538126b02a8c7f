import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLog } from '../../src/storage/log/event-log.js';
import { listSegments } from '../../src/storage/log/segment-files.js';
import type { Lost } from '../../src/storage/log/segment-reader.js';
import { verifySegment } from '../../src/storage/log/verify.js';
import { chunkOf, textOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const CHUNKS = 24;
const linesOf = (seq: number): string[] =>
  Array.from({ length: 400 }, (_, i) => `line ${i} of ${seq}: ${Math.imul(seq * 977 + i, 0x9e3779b1)}`);

function openLog(dir: string, damage: Lost[] = []): EventLog {
  return new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e12, onDamage: (_, __, lost) => damage.push(lost) });
}

/** A log of one file, as a crash leaves it or as a clean end does. */
function makeLog(dir: string, clean: boolean): void {
  const log = openLog(dir);
  for (let seq = 1; seq <= CHUNKS; seq++) {
    log.append(chunkOf(seq, linesOf(seq)));
    log.addDigest(seq, { times: { from: seq, to: seq }, keys: Uint32Array.of(seq), reading: 5 });
    if (seq % 4 === 0) log.commit();
  }
  if (clean) log.finish();
  else log.close();
}

describe('a damaged event log', () => {
  it('never stops a start, a reader or a writer: what is read is true, what is lost is told', () => {
    const root = temporaryFolder();
    let lossy = 0;
    for (const clean of [true, false]) makeLog(join(root, `sound-${clean}`), clean);
    const kind = fc.constantFrom('flip', 'cut', 'zero', 'random');
    fc.assert(
      fc.property(
        fc.boolean(),
        kind,
        fc.double({ min: 0, max: 0.9999, noNaN: true }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.uuid(),
        (clean, kind, at, length, name) => {
          const dir = join(root, name);
          cpSync(join(root, `sound-${clean}`), dir, { recursive: true });
          const [path] = listSegments(dir);
          spoil(path!, kind, at, length);

          const verified = verifySegment(path!, CHUNKS);
          const lost: Lost[] = [];
          const log = openLog(dir, lost);
          const read = [...log.read(0, (_, __, one) => lost.push(one))];
          for (const chunk of read)
            expect(textOf(chunk)).toBe(textOf(chunkOf(chunk.seq, linesOf(chunk.seq))));
          if (read.length < CHUNKS) {
            lossy++;
            // Whether there was more behind the last that can be read, only the next file would tell.
            if (read.at(-1)?.seq === CHUNKS) expect(lost.length).toBeGreaterThan(0);
            expect(verified.damage.length).toBeGreaterThan(0);
          }
          const next = Math.max(log.lastSeq, CHUNKS) + 1;
          log.append(chunkOf(next, ['after']));
          log.commit();
          expect([...log.read(next - 1, () => {})].map(textOf)).toEqual(['after\n']);
          log.close();
        },
      ),
      { numRuns: 120 },
    );
    expect(lossy).toBeGreaterThan(20);
  });

  it('names the block and its records, and goes on behind it', () => {
    const dir = join(temporaryFolder(), 'events');
    makeLog(dir, true);
    const [path] = listSegments(dir);
    const { blocks } = verifySegment(path!, null);
    const db = new Database(path!, { readonly: true });
    const { body } = db.prepare('SELECT body FROM blocks WHERE first_seq = 5').get() as { body: Buffer };
    db.close();
    const bytes = readFileSync(path!);
    bytes[bytes.indexOf(body.subarray(0, 200)) + 100]! ^= 1;
    writeFileSync(path!, bytes);
    const { damage, records } = verifySegment(path!, null);
    expect(damage).toEqual([
      {
        path,
        reason: 'The checksum does not fit',
        firstSeq: 5,
        lastSeq: 8,
        records: 1600,
      },
    ]);
    expect(blocks).toBe(CHUNKS / 4);
    expect(records).toBe((CHUNKS - 4) * 400);
  });

  it('kill -9 at any moment loses nothing that was committed', { timeout: 300_000 }, async () => {
    for (let round = 0; round < 8; round++) {
      const dir = join(temporaryFolder(), 'events');
      const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, dir]);
      let committed = 0;
      writer.stdout.on('data', (data: Buffer) => {
        committed = Number(data.toString().trim().split('\n').at(-1));
        if (committed >= 5 + round * 17) writer.kill('SIGKILL');
      });
      await once(writer, 'exit');
      const log = openLog(dir);
      const seqs = [...log.read(0, () => expect.fail('damaged'))].map(({ seq }) => seq);
      expect(seqs).toEqual(seqs.map((_, i) => i + 1));
      expect(seqs.length).toBeGreaterThanOrEqual(committed);
      expect(committed).toBeGreaterThan(0);
      log.append(chunkOf(seqs.length + 1, ['after']));
      log.commit();
      log.close();
    }
  });
});

const WRITER = `
  const { EventLog } = await import('${process.cwd()}/dist/storage/log/event-log.js');
  const log = new EventLog({ dir: process.argv[1], maxAgeMs: 1e15, maxBytes: 1e12, segmentBytes: 200_000 });
  for (let seq = 1; ; seq++) {
    const bytes = new Uint8Array(Buffer.from(Array.from({ length: 300 }, (_, i) => seq + ' ' + i * Math.random() + '\\n').join('')));
    log.append({ seq, source: 's', transport: 'tcp', receivedAt: seq, clock: seq, records: 300, cursor: null, peers: [], bytes, ends: null, peerRuns: null, truncated: null });
    log.addDigest(seq, { times: null, keys: Uint32Array.of(seq), reading: 5 });
    if (seq % 3 === 0) { log.commit(); process.stdout.write(seq + '\\n'); await new Promise((r) => setImmediate(r)); }
  }
`;

function spoil(path: string, kind: string, share: number, length: number): void {
  const bytes = readFileSync(path);
  const at = Math.floor(bytes.length * share);
  if (kind === 'cut') {
    truncateSync(path, at);
    return;
  }
  const end = kind === 'flip' ? at + 1 : Math.min(bytes.length, at + length);
  for (let i = at; i < end; i++)
    bytes[i] =
      kind === 'flip' ? bytes[i]! ^ (1 << (length & 7)) : kind === 'zero' ? 0 : (i * 167 + length) & 255;
  writeFileSync(path, bytes);
}
