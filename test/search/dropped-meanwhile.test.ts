import { renameSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { needOf } from '../../src/query/need.js';
import type { Damage } from '../../src/search/messages.js';
import { planSegment } from '../../src/search/plan.js';
import { questionOf } from '../../src/search/question.js';
import { damageTo, openSegment } from '../../src/search/segment.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { DROPPED, listSegments } from '../../src/storage/log/segment-files.js';
import { SegmentReader } from '../../src/storage/log/segment-reader.js';
import { chunkOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const CHUNKS = 200;
const READING = 5;
const question = {
  ...{ text: 'line', now: 0, from: null, until: null, id: null },
  want: { kind: 'values' as const, field: 'message' },
};

function makeLog(dir: string): string {
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15 });
  for (let seq = 1; seq <= CHUNKS; seq++) {
    log.append(chunkOf(seq, [`line ${seq} ${Array.from({ length: 400 }, () => Math.random())}`]));
    // Every third has no filter.
    const digest = { times: { from: seq, to: seq }, keys: Uint32Array.of(seq), reading: READING };
    log.addDigest(seq, seq % 3 === 0 ? null : digest);
    if (seq % 2 === 0) log.commit();
  }
  log.finish();
  return listSegments(dir)[0]!;
}

function searched(reader: SegmentReader, damage: Damage[]): number[] {
  const onDamage = damageTo(damage);
  const plan = planSegment(reader, needOf(questionOf(question)), new Set([READING]), onDamage);
  const chunks = plan.blocks.flatMap((span) => reader.tryBlock(span, onDamage));
  const tail = plan.tail;
  if (tail !== null) chunks.push(...reader.allAfter(tail.after, onDamage));
  return chunks.map(({ seq }) => seq);
}

it('a file that is dropped while it is searched becomes shorter: what is gone is not called damaged', () => {
  const path = makeLog(join(temporaryFolder(), 'events'));
  const damage: Damage[] = [];
  const reader = SegmentReader.open(path);
  const dropped = path + DROPPED;
  expect(new Set(searched(reader, damage)).size).toBe(CHUNKS);
  renameSync(path, dropped);
  expect(new Set(searched(reader, damage)).size).toBe(CHUNKS);
  const counts: number[] = [];
  for (let left = statSync(dropped).size; left > 0; left -= 17 * 1024 + 5) {
    truncateSync(dropped, left);
    counts.push(new Set(searched(reader, damage)).size);
  }
  reader.close();
  expect(damage).toEqual([]);
  expect(counts.at(-1)).toBeLessThan(CHUNKS);
});

it('a file that is damaged and keeps its name is told', () => {
  const path = makeLog(join(temporaryFolder(), 'events'));
  const damage: Damage[] = [];
  truncateSync(path, Math.floor(statSync(path).size / 2));
  expect(openSegment(path, damageTo(damage))).toBeNull();
  expect(damage.length).toBeGreaterThan(0);
});
