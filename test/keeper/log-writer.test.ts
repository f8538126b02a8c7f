import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { LogWriter } from '../../src/keeper/log-writer.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { Counters } from '../../src/telemetry/counters.js';
import { createLogger } from '../../src/telemetry/log.js';
import { chunkOf } from '../helpers/chunks.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

let dir: string;
let eventLog: EventLog;
let writer: LogWriter;
let counters: Counters;
let now: number;

/** The log's folder is a file for now: nothing can be written. */
beforeEach(() => {
  dir = join(temporaryFolder(), 'events');
  eventLog = new EventLog({ dir, maxAgeMs: 1e12, maxBytes: 1e12 });
  rmSync(dir, { recursive: true });
  writeFileSync(dir, '');
  counters = new Counters();
  now = 0;
  writer = new LogWriter(eventLog, {
    fault: (code, n) => counters.add(code, n),
    log: createLogger({ level: 'silent' }),
    now: () => now,
  });
});

function makeWritable(): void {
  rmSync(dir);
  mkdirSync(dir);
}

function append(seq: number, bytes = 100): void {
  writer.append(chunkOf(seq, ['x'.repeat(bytes)]));
}

const stored = (): number[] => [...eventLog.read(0, () => expect.fail('damaged'))].map(({ seq }) => seq);

describe('a log that cannot be written', () => {
  it('is tried again each second, and has everything when it can be', () => {
    append(1);
    expect(writer.commit()).toBe(false);
    makeWritable();
    append(2);
    now = 999;
    expect(writer.commit()).toBe(false);
    now = 1000;
    expect(writer.commit()).toBe(true);
    expect(stored()).toEqual([1, 2]);
    expect(counters.toJson()).toEqual({});
    expect(writer.lostSeq).toBe(0);
    eventLog.close();
  });

  it('keeps at most 16 MiB waiting; what is given up is counted by the record', () => {
    for (let seq = 1; seq <= 20; seq++) append(seq, 1024 ** 2);
    expect(writer.lostSeq).toBe(16);
    expect(counters.toJson()).toEqual({ 'log.write_failed': 16 });
    makeWritable();
    now = 1000;
    expect(writer.commit()).toBe(true);
    expect(stored()).toEqual([17, 18, 19, 20]);
    eventLog.close();
  });

  it('gives up what waits when the process ends, and says so', () => {
    append(1);
    expect(writer.commit(true)).toBe(false);
    expect(writer.lostSeq).toBe(1);
    expect(counters.toJson()).toEqual({ 'log.write_failed': 1 });
  });
});

describe('a disk that is nearly full', () => {
  it('takes no records, loudly and counted, until there is room; detection does not notice', () => {
    makeWritable();
    let free = 50;
    const messages: string[] = [];
    const full = new EventLog({ dir, maxAgeMs: 1e12, maxBytes: 1e12, keepFree: 100, freeBytes: () => free });
    const said = createLogger({ level: 'error' });
    said.error = ((_: object, text: string) => messages.push(text)) as unknown as typeof said.error;
    const careful = new LogWriter(full, {
      fault: (code, n) => counters.add(code, n),
      log: said,
      now: () => now,
      keepAfter: () => 0,
    });
    careful.append(chunkOf(1, ['a']));
    expect(careful.commit()).toBe(false);
    for (let seq = 2; seq <= 20; seq++) careful.append(chunkOf(seq, ['x'.repeat(1024 ** 2)]));
    expect(careful.lostSeq).toBeGreaterThan(1);
    expect(messages).toEqual([
      expect.stringContaining('cannot be written'),
      'Records are detected but missing in the event log.',
    ]);
    free = 150;
    now += 1000;
    expect(careful.commit()).toBe(true);
    careful.append(chunkOf(21, ['b']));
    expect(careful.commit()).toBe(true);
    expect([...full.read(0, () => {})].at(-1)!.seq).toBe(21);
    const { 'log.write_failed': lost } = counters.toJson();
    expect(lost).toBe(careful.lostSeq);
    full.close();
  });

  it('is looked at again when much has been written, however little time has gone', () => {
    makeWritable();
    const keepFree = 8 * 1024 ** 2;
    let free = 2 * keepFree;
    let looks = 0;
    const freeBytes = (): number => {
      looks++;
      return free;
    };
    const filling = new EventLog({ dir, maxAgeMs: 1e12, maxBytes: 1e12, keepFree, freeBytes });
    const quiet = createLogger({ level: 'silent' });
    const careful = new LogWriter(filling, {
      fault: () => {},
      log: quiet,
      now: () => now,
      keepAfter: () => 0,
    });
    const write = (seq: number): boolean => {
      careful.append(chunkOf(seq, ['x'.repeat(200 * 1024)]));
      return careful.commit();
    };
    for (let seq = 1; seq <= 4; seq++) expect(write(seq)).toBe(true);
    expect(looks).toBe(1);
    free = keepFree - 1;
    const taken = Array.from({ length: 8 }, (_, i) => write(5 + i)).filter(Boolean);
    expect(taken.length).toBeLessThan(4);
    filling.close();
  });
});
