import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RawBatch } from '../../src/model/raw-chunk.js';
import { file } from '../../src/sources/file.js';
import type { Source } from '../../src/sources/source.js';
import { Counters } from '../../src/telemetry/counters.js';
import { createLogger } from '../../src/telemetry/log.js';
import { linesOf } from './tail-harness.js';

let dir: string;
let batches: RawBatch[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vedette-file-'));
  batches = [];
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(settings: Record<string, unknown>, cursors = new Map<string, string>()): Source {
  return file.create(file.options.parse({ type: 'file', poll_interval: '10ms', ...settings }), {
    name: 'file',
    counters: new Counters(),
    log: createLogger({ level: 'silent' }),
    now: Date.now,
    cursors,
    committed: async () => true,
    out: {
      push: (batch) => {
        batches.push(batch);
        return true;
      },
      tryPush: () => false,
      ready: async () => {},
      fill: { bytes: 0, maxBytes: 1 },
    },
  });
}

function lines(): string[] {
  return batches.flatMap(linesOf);
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not within 10 s; seen: ${lines().join(' ')}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('the file source', () => {
  it('is done at the end of all files with `once`, unfinished last lines included', async () => {
    writeFileSync(join(dir, 'a.log'), 'one\ntwo');
    writeFileSync(join(dir, 'b.log'), 'three\n');
    const source = open({ paths: [join(dir, '*.log')], once: true });
    await source.start();
    await source.done;
    expect(lines().sort()).toEqual(['one', 'three', 'two']);
    await source.stop(Date.now());
  });

  it('follows a file while it runs, through a rotation', async () => {
    const path = join(dir, 'app.log');
    writeFileSync(path, 'one\n');
    const source = open({ paths: [path] });
    await source.start();
    await until(() => lines().length === 1);
    renameSync(path, `${path}.1`);
    writeFileSync(path, 'two\n');
    await until(() => lines().length === 2);
    await source.stop(Date.now() + 1000);
    expect(lines()).toEqual(['one', 'two']);
  });

  it('hands over at stop what has arrived, then nothing, and resumes there', async () => {
    const path = join(dir, 'app.log');
    const source = open({ paths: [path], poll_interval: '1h' });
    await source.start();
    appendFileSync(path, 'one\n');
    await source.stop(Date.now() + 1000);
    expect(lines()).toEqual(['one']);
    appendFileSync(path, 'two\n');
    const cursors = new Map(batches.map(({ cursor }) => [cursor!.key, cursor!.value]));
    const next = open({ paths: [path] }, cursors);
    await next.start();
    await until(() => lines().length === 2);
    await next.stop(Date.now() + 1000);
    expect(lines()).toEqual(['one', 'two']);
  });

  it('ignores cursors that it cannot read', async () => {
    const path = join(dir, 'app.log');
    writeFileSync(path, 'one\n');
    const cursors = new Map([
      ['a', 'not json'],
      ['b', 'null'],
      ['c', JSON.stringify({ path, dev: 1, ino: 1, generation: 1, offset: 1, mtime: 0, head: 5, tail: {} })],
    ]);
    const source = open({ paths: [path], once: true }, cursors);
    await source.start();
    await source.done;
    expect(lines()).toEqual(['one']);
    await source.stop(Date.now());
  });

  it('says what it reads and how far it is', async () => {
    const path = join(dir, 'app.log');
    writeFileSync(path, 'one\ntw');
    const source = open({ paths: [path] });
    expect(source.describe()).toBe(path);
    await source.start();
    await until(() => lines().length === 1);
    expect(source.stats()).toEqual({ files: 1, bytes: 4, lag: 2 });
    await source.stop(Date.now());
  });

  it('refuses settings that it does not know', () => {
    expect(() => open({ paths: [] })).toThrow();
    expect(() => open({ paths: ['x'], path: 'x' })).toThrow();
  });
});
