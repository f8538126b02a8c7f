import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.js';
import { hintsBySource } from '../../src/config/source-hints.js';
import { EventKeys } from '../../src/model/event-keys.js';
import type { RawChunk } from '../../src/model/raw-chunk.js';
import { createReader } from '../../src/pipeline.js';
import { needOf } from '../../src/query/need.js';
import { parseQuery } from '../../src/query/parse.js';
import { compileQuery } from '../../src/query/predicate.js';
import type { Search } from '../../src/search/messages.js';
import { planSegment } from '../../src/search/plan.js';
import { questionOf } from '../../src/search/question.js';
import { createScan } from '../../src/search/scan.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { listSegments } from '../../src/storage/log/segment-files.js';
import { SegmentReader } from '../../src/storage/log/segment-reader.js';
import { chunkOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const USERS = ['root', 'Alice', 'bob', 'straße', 'carol'];
const ADDRESSES = ['203.0.113.7', '203.0.113.9', '198.51.100.1', '10.1.2.3', '2001:db8::7'];

const lines = fc.oneof(
  fc
    .tuple(fc.constantFrom(...USERS), fc.constantFrom(...ADDRESSES), fc.integer({ min: 0, max: 59 }))
    .map(
      ([user, address, minute]) =>
        `<38>Nov 20 10:${String(minute).padStart(2, '0')}:00 web-0${minute % 3} sshd[${minute}]: Failed password for ${user} from ${address} port 4711 ssh2`,
    ),
  fc
    .tuple(fc.constantFrom(...USERS), fc.constantFrom(...ADDRESSES))
    .map(([user, address]) =>
      JSON.stringify({ user: { name: user }, source: { ip: address }, own: user.length }),
    ),
  // Escapes: the value is not in the bytes as it is asked for.
  fc.constantFrom(...ADDRESSES).map((address) => `{"source":{"ip":"${address.replace(/\./g, '\\u002e')}"}}`),
  fc.constantFrom(
    'plain text about Root',
    'ΟΔΟΣ',
    'İstanbul',
    '<13>Nov 20 10:00:00 Web-01 cron: job',
    'bad \ufffd text',
  ),
);

const texts = fc.constantFrom(
  'source.ip:203.0.113.7',
  'source.ip:203.0.113.0/24',
  'source.ip:10.0.0.0/8',
  'source.ip:2001:db8::7',
  'user.name:alice',
  'user.name:STRASSE or user.name:straße',
  'user.name:(bob carol) and source.ip:198.51.100.1',
  'host.name:WEB-01 and not user.name:root',
  'process.name:sshd and "failed"',
  '"root"',
  '"οδος"',
  '"ΟΔΟΣ"',
  '"i̇stanbul"',
  '"\ufffd"',
  '"alice" or source.ip:10.1.2.3',
  'from 2026-11-20T10:10 to 2026-11-20T10:20',
  'not "password"',
  'own:5',
  'exists:destination.ip',
  'event.id:2-1',
  '',
);

const READING = 7;

function searchOf(text: string): Search {
  const want = { kind: 'events', limit: 10_000, fields: ['event.id'] } as const;
  return { text, now: Date.UTC(2026, 10, 20, 12), from: null, until: null, id: null, want };
}

/** Chunks in one layout or the other. */
function chunkWith(seq: number, records: readonly string[], lined: boolean): RawChunk {
  const clock = Date.UTC(2026, 10, 20, 12);
  const bytes = records.map((text) => Buffer.from(text));
  if (lined) return chunkOf(seq, records, { clock, receivedAt: clock });
  let end = 0;
  return chunkOf(seq, records, {
    clock,
    receivedAt: clock,
    bytes: new Uint8Array(Buffer.concat(bytes)),
    ends: Uint32Array.from(bytes, ({ length }) => {
      end += length;
      return end;
    }),
  });
}

function writeLog(dir: string, chunks: readonly RawChunk[], end: 'finish' | 'close'): void {
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e12, segmentBytes: 1 });
  const read = createReader({ hints: new Map(), enrichment: () => null });
  for (const chunk of chunks) {
    const keys = new EventKeys();
    let times: { from: number; to: number } | null = null;
    read(chunk, {
      wants: () => true,
      visit: (event) => {
        keys.add(event);
        const { timestamp } = event;
        times = {
          from: Math.min(times?.from ?? timestamp, timestamp),
          to: Math.max(times?.to ?? timestamp, timestamp),
        };
      },
    });
    log.append(chunk);
    log.addDigest(chunk.seq, { times, keys: keys.take(), reading: READING });
    if (chunk.seq % 2 === 0) log.commit();
  }
  log.commit();
  if (end === 'finish') log.finish();
  else log.close();
}

function idsFound(
  dir: string,
  text: string,
  reading = [READING],
): { readonly ids: string[]; readonly skipped: number } {
  const search = searchOf(text);
  const scan = createScan({ search, config: configSchema.parse({}) });
  const fail = (_: string, error: unknown): never => expect.fail(String(error));
  let skipped = 0;
  const ids = listSegments(dir)
    .reverse()
    .flatMap((path) => {
      const reader = SegmentReader.open(path);
      const plan = planSegment(reader, needOf(questionOf(search)), new Set(reading), fail);
      skipped += plan.skipped;
      const tail = plan.tail === null ? [] : reader.readAfter(plan.tail.after, fail);
      const found = [
        ...scan([...tail].reverse()).items,
        ...plan.blocks.flatMap((span) => [...scan(reader.block(span.firstSeq).reverse()).items]),
      ];
      reader.close();
      return found.map((item) => item[0]!);
    });
  return { ids, skipped };
}

describe('searching the log', () => {
  it('finds what a plain filter of all events finds, newest first, with filters or without', {
    timeout: 300_000,
  }, () => {
    const root = temporaryFolder();
    let skipped = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.array(lines, { minLength: 1, maxLength: 5 }), fc.boolean()), {
          minLength: 1,
          maxLength: 7,
        }),
        texts,
        fc.constantFrom('finish' as const, 'close' as const),
        fc.uuid(),
        (made, text, end, name) => {
          const dir = join(root, name);
          const chunks = made.map(([records, lined], i) => chunkWith(i + 1, records, lined));
          writeLog(dir, chunks, end);
          const holds = compileQuery(parseQuery(text, searchOf(text).now));
          const read = createReader({ hints: hintsBySource([]), enrichment: () => null });
          const expected: string[] = [];
          for (const chunk of chunks)
            read(chunk, {
              wants: () => true,
              visit: (event) => {
                if (holds(event)) expected.unshift(`${event.seq}-${event.index}`);
              },
            });
          const found = idsFound(dir, text);
          expect(found.ids, text).toEqual(expected);
          skipped += found.skipped;
          // Read otherwise since: what filters say may not be true.
          expect(idsFound(dir, text, [8]), text).toEqual({ ids: expected, skipped: 0 });
          for (const path of listSegments(dir)) {
            const db = new Database(path);
            db.exec('DELETE FROM filters; DELETE FROM summary');
            db.close();
          }
          expect(idsFound(dir, text), text).toEqual({ ids: expected, skipped: 0 });
        },
      ),
      { numRuns: 40 },
    );
    expect(skipped).toBeGreaterThan(20);
  });
});
