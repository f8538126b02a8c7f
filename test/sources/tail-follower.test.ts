import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { FollowerOptions } from '../../src/sources/tail/follower.js';
import { evtxFile } from '../helpers/evtx-writer.js';
import { until } from '../helpers/until.js';
import { Harness } from './tail-harness.js';

let harness: Harness;

function follow(options: Partial<FollowerOptions> = {}): Harness {
  harness = new Harness(options);
  return harness;
}

function append(name: string, text: string): void {
  appendFileSync(harness.path(name), text);
}

function rename(from: string, to: string): void {
  renameSync(harness.path(from), harness.path(to));
}

function copyTruncate(from: string, to: string): void {
  copyFileSync(harness.path(from), harness.path(to));
  truncateSync(harness.path(from), 0);
}

/** Waits until the clock of the file system, which ticks every few ms, has gone on since the file was last touched. */
async function laterThan(name: string): Promise<void> {
  const { ctimeMs } = statSync(harness.path(name));
  await until(() => {
    writeFileSync(harness.path('tick'), '');
    const later = statSync(harness.path('tick')).ctimeMs > ctimeMs;
    unlinkSync(harness.path('tick'));
    return later;
  }, 'the clock of the file system');
}

function gzip(name: string): void {
  execFileSync('gzip', [harness.path(name)]);
}

afterEach(() => harness.end());

describe('files of other hosts', () => {
  it.each([
    ['web-01.log', 'web-00.log'],
    ['ip-10-0-0-2.log', 'ip-10-0-0-1.log'],
  ])('are no generations of %s', async (name, other) => {
    follow({ paths: [name] });
    append(name, 'mine\n');
    expect(await harness.poll()).toEqual(['mine']);
    append(other, 'not asked for\n');
    rename(name, `${name}.1`);
    append(name, 'mine too\n');
    expect(await harness.poll()).toEqual(['mine too']);
    harness.restart();
    expect(await harness.pollLater()).toEqual([]);
  });
});

describe('a file that grows', () => {
  it('is read from its start and then line by line', async () => {
    follow();
    append('app.log', 'one\ntwo\n');
    expect(await harness.poll()).toEqual(['one', 'two']);
    expect(await harness.poll()).toEqual([]);
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['three']);
  });

  it('is read from its end at the first start with `from: end`, and never again from there', async () => {
    follow({ from: 'end' });
    append('app.log', 'old\n');
    expect(await harness.poll()).toEqual([]);
    harness.restart();
    append('app.log', 'new\n');
    expect(await harness.poll()).toEqual(['new']);
  });

  it('is read from its start when it appears after a first start with `from: end` that found nothing', async () => {
    follow({ from: 'end' });
    expect(await harness.poll()).toEqual([]);
    harness.restart();
    append('app.log', 'new\n');
    expect(await harness.poll()).toEqual(['new']);
  });

  it('keeps a partial last line waiting until it is finished', async () => {
    follow();
    append('app.log', 'one\ntw');
    expect(await harness.poll()).toEqual(['one']);
    append('app.log', 'o');
    expect(await harness.poll()).toEqual([]);
    append('app.log', '\nthree\n');
    expect(await harness.poll()).toEqual(['two', 'three']);
  });

  it('finishes a partial last line over a restart', async () => {
    follow();
    append('app.log', 'one\ntw');
    await harness.poll();
    harness.restart();
    append('app.log', 'o\n');
    await harness.poll();
    expect(harness.lines()).toEqual(['one', 'two']);
  });

  it('loses its BOM, CRs and empty lines', async () => {
    follow();
    append('app.log', '\ufeffone\r\n\r\n\ntwo\r\n');
    expect(await harness.poll()).toEqual(['one', 'two']);
  });

  it('says where the lines are from and when the file was written', async () => {
    follow();
    append('app.log', 'one\n');
    utimesSync(harness.path('app.log'), 1e9, 1e9);
    await harness.poll();
    expect(harness.batches.find(({ records }) => records > 0)).toMatchObject({
      source: 'file',
      transport: 'file',
      clock: 1e12,
      receivedAt: harness.now,
      records: 1,
      peers: [{ address: harness.path('app.log') }],
    });
  });

  it('has lines over max_message cut and flagged, up to 1 MiB and more', async () => {
    follow({ maxMessage: 1000 });
    append('app.log', `one\n${'x'.repeat(1 << 20)}\r\ntwo\n`);
    append('app.log', `${'y'.repeat(1000)}\r\n${'z'.repeat(1001)}\n`);
    expect(await harness.poll()).toEqual([
      'one',
      'x'.repeat(1000),
      'two',
      'y'.repeat(1000),
      'z'.repeat(1000),
    ]);
    const cuts = harness.batches.flatMap(({ bytes, truncated }) =>
      [...(truncated ?? [])].map((end) => Buffer.from(bytes.subarray(end - 1, end + 1)).toString()),
    );
    expect(cuts).toEqual(['x\n', 'z\n']);
    expect(harness.counters.get('frame.truncated')).toBe(2);
  });

  it('has an over-long line cut while it is still being written, without keeping its rest', async () => {
    follow({ maxMessage: 10 });
    append('app.log', 'a'.repeat(8));
    await harness.poll();
    append('app.log', 'b'.repeat(8));
    await harness.poll();
    append('app.log', 'c'.repeat(8));
    expect(await harness.poll()).toEqual([]);
    append('app.log', 'd\nnext\n');
    expect(await harness.poll()).toEqual(['aaaaaaaabb', 'next']);
  });
});

describe('rename rotation', () => {
  it('reads the renamed file to its end and then the new one', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    append('app.log', 'two\n');
    rename('app.log', 'app.log.1');
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['two', 'three']);
  });

  it('reads late lines of a writer that still holds the renamed file', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    rename('app.log', 'app.log.1');
    append('app.log', 'three\n');
    await harness.poll();
    append('app.log.1', 'two\n');
    expect(await harness.poll()).toEqual(['two']);
  });

  it('emits a partial last line of a renamed file once nobody finishes it', async () => {
    follow();
    append('app.log', 'one\npart');
    await harness.poll();
    rename('app.log', 'app.log.1');
    append('app.log', 'two\n');
    expect(await harness.poll()).toEqual(['two']);
    expect(await harness.pollLater()).toEqual(['part']);
    harness.restart();
    expect(await harness.pollLater()).toEqual([]);
  });

  it.each([
    ['numbers', (n: number) => `app.log.${n}`],
    ['dates', (n: number) => `app.log-2026010${9 - n}`],
    ['dates before the extension', (n: number) => `app-2026-01-0${9 - n}.log`],
  ])('finds generations that came and went between two looks, named by %s', async (_, name) => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    append('app.log', 'two\n');
    rename('app.log', name(3));
    append('app.log', 'three\n');
    rename('app.log', name(2));
    append('app.log', 'four\n');
    rename('app.log', name(1));
    append('app.log', 'five\n');
    expect(await harness.poll()).toEqual(['two', 'three', 'four', 'five']);
    expect(await harness.pollLater()).toEqual([]);
  });

  it.each([[true], [false]])(
    'finds them where numbers count upwards, and leaves those from before alone (restart: %s)',
    async (down) => {
      follow();
      append('app.log.1', 'before\n');
      await laterThan('app.log.1');
      append('app.log', 'one\n');
      await harness.poll();
      if (down) harness.restart();
      append('app.log', 'two\n');
      rename('app.log', 'app.log.2');
      await laterThan('app.log.2');
      append('app.log', 'three\n');
      rename('app.log', 'app.log.3');
      await laterThan('app.log.3');
      append('app.log', 'four\n');
      rename('app.log', 'app.log.4');
      append('app.log', 'five\n');
      expect(await harness.poll()).toEqual(['two', 'three', 'four', 'five']);
      harness.restart();
      expect(await harness.pollLater()).toEqual([]);
    },
  );

  it('finds them where the index behind a day has more and more digits', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    append('app.log', 'two\n');
    rename('app.log', 'app.2026-01-09.9.log');
    append('app.log', 'three\n');
    rename('app.log', 'app.2026-01-09.10.log');
    append('app.log', 'four\n');
    rename('app.log', 'app.2026-01-10.0.log');
    append('app.log', 'five\n');
    expect(await harness.poll()).toEqual(['two', 'three', 'four', 'five']);
  });

  it('finds them after a restart too, whatever became of the first', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    append('app.log', 'two\n');
    rename('app.log', 'app.log.2');
    append('app.log', 'three\n');
    rename('app.log', 'app.log.1');
    append('app.log', 'four\n');
    expect(await harness.poll()).toEqual(['two', 'three', 'four']);
    harness.restart();
    rename('app.log.2', 'app.log.3');
    rename('app.log.1', 'app.log.2');
    rename('app.log', 'app.log.1');
    append('app.log', 'five\n');
    expect(await harness.poll()).toEqual(['five']);
  });

  it('leaves generations from before the first start alone', async () => {
    follow();
    append('app.log.1', 'old\n');
    append('app.log', 'one\n');
    expect(await harness.poll()).toEqual(['one']);
    rename('app.log.1', 'app.log.2');
    rename('app.log', 'app.log.1');
    append('app.log', 'two\n');
    expect(await harness.poll()).toEqual(['two']);
  });

  it('goes by the names of generations rather than by their times', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    append('app.log.3', 'from before\n');
    rename('app.log', 'app.log.2');
    append('app.log.1', 'two\n');
    utimesSync(harness.path('app.log.1'), 1e9, 1e9);
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['two', 'three']);
  });

  it('remembers a rotated file of which nothing but a partial line was seen', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    rename('app.log', 'app.log.2');
    append('app.log', 'part');
    await harness.poll();
    rename('app.log', 'app.log.1');
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['three']);
    harness.restart();
    await harness.poll();
    expect(await harness.poll()).toEqual([]);
    expect(await harness.pollLater()).toEqual(['part']);
  });

  it('does not read twice what a glob finds under a new name', async () => {
    follow({ paths: ['app.log*'] });
    append('app.log', 'one\n');
    await harness.poll();
    rename('app.log', 'app.log.1');
    append('app.log', 'two\n');
    expect(await harness.poll()).toEqual(['two']);
    expect(await harness.pollLater()).toEqual([]);
    harness.restart();
    rename('app.log.1', 'app.log.2');
    rename('app.log', 'app.log.1');
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['three']);
  });

  it('reads generations of a glob oldest first', async () => {
    follow({ paths: ['app.log*'] });
    append('app.log', 'four\n');
    append('app.log.1', 'three\n');
    append('app.log.2', 'two\n');
    append('app.log.10', 'one\n');
    expect(await harness.poll()).toEqual(['one', 'two', 'three', 'four']);
  });

  it('goes on in a file moved into a folder that a glob covers', async () => {
    follow({ paths: ['app.log', 'old/*'] });
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    append('app.log', 'two\n');
    mkdirSync(harness.path('old'));
    rename('app.log', 'old/app.log.1');
    append('app.log', 'three\n');
    expect((await harness.poll()).sort()).toEqual(['three', 'two']);
    harness.restart();
    expect(await harness.poll()).toEqual([]);
  });

  it('goes on in a file that was renamed to something else while down', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    append('app.log', 'two\n');
    rename('app.log', 'saved-for-the-auditor');
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['two', 'three']);
  });
});

describe('truncation', () => {
  it.each([
    ['shorter than', 'x\n'],
    ['as long as', 'six666\n'],
    ['longer than', 'something much longer\n'],
  ])('is seen when the new content is %s the old', async (_, text) => {
    follow();
    append('app.log', 'three3\n');
    await harness.poll();
    truncateSync(harness.path('app.log'), 0);
    append('app.log', text);
    expect(await harness.poll()).toEqual([text.trim()]);
    expect(harness.counters.get('source.file_truncated')).toBe(1);
  });

  it('is seen when it happened while down', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    truncateSync(harness.path('app.log'), 0);
    append('app.log', 'another line\n');
    expect(await harness.poll()).toEqual(['another line']);
    expect(harness.counters.get('source.file_truncated')).toBe(1);
    harness.restart();
    expect(await harness.poll()).toEqual([]);
    expect(harness.committed.size).toBe(1);
  });

  it.each([[true], [false]])('is seen below a header that stays the same (restart: %s)', async (down) => {
    follow();
    const header = `${'#'.repeat(2000)}\n`;
    append('app.log', `${header}one\n`);
    await harness.poll();
    if (down) harness.restart();
    truncateSync(harness.path('app.log'), 0);
    append('app.log', `${header}two\n`);
    expect(await harness.poll()).toEqual([header.trim(), 'two']);
  });

  it('of a line that was seen but not finished is counted as a loss', async () => {
    follow();
    append('app.log', 'one\ntw');
    await harness.poll();
    truncateSync(harness.path('app.log'), 0);
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['three']);
    expect(harness.counters.get('source.file_truncated')).toBe(1);
    expect(harness.counters.get('source.file_lost')).toBe(1);
  });

  it('of a copied file goes on in the copy first', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    append('app.log', 'two\n');
    copyTruncate('app.log', 'app.log.1');
    append('app.log', 'three\n');
    expect(await harness.poll()).toEqual(['two', 'three']);
    expect(harness.counters.get('source.file_truncated')).toBe(0);
  });

  it.each([[true], [false]])(
    'of a copied file does not read the copy again through a glob (restart: %s)',
    async (down) => {
      follow({ paths: ['app.log*'] });
      append('app.log', 'one\ntwo\n');
      await harness.poll();
      copyFileSync(harness.path('app.log'), harness.path('app.log.1'));
      if (down) harness.restart();
      expect(await harness.poll()).toEqual([]);
      truncateSync(harness.path('app.log'), 0);
      append('app.log', 'three\n');
      if (down) harness.restart();
      expect(await harness.poll()).toEqual(['three']);
      harness.restart();
      expect(await harness.pollLater()).toEqual([]);
      expect(harness.lines()).toEqual(['one', 'two', 'three']);
    },
  );

  it('twice while down is followed through both copies', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    append('app.log', 'two\n');
    copyTruncate('app.log', 'app.log.1');
    append('app.log', 'three\n');
    rename('app.log.1', 'app.log.2');
    copyTruncate('app.log', 'app.log.1');
    append('app.log', 'four\n');
    expect(await harness.poll()).toEqual(['two', 'three', 'four']);
  });

  it.each([
    ['between two looks', 'app.log', false],
    ['between two looks', 'app.log*', false],
    ['seen before the file is cut', 'app.log', true],
    ['seen before the file is cut', 'app.log*', true],
  ])(
    'of a copied file twice within rotate_wait, into the same copy, reads each line once: %s',
    async (_, seen) => {
      follow();
      append('app.log', 'one\n');
      await harness.poll();
      for (const [before, last] of [
        ['two\n', 'three\n'],
        ['four\n', 'five\n'],
        ['six\n', 'seven\n'],
      ] as const) {
        append('app.log', before);
        await harness.poll();
        append('app.log', last);
        copyFileSync(harness.path('app.log'), harness.path('app.log.1'));
        if (seen) await harness.poll();
        truncateSync(harness.path('app.log'), 0);
        await harness.poll();
      }
      append('app.log', 'eight\n');
      await harness.pollLater();
      harness.restart();
      await harness.pollLater();
      expect(harness.lines()).toEqual(['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']);
      expect(harness.counters.toJson()).toEqual({});
    },
  );

  it('of a copy that is overwritten by what nobody has read reads that', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    copyTruncate('app.log', 'app.log.1');
    await harness.poll();
    append('app.log', 'two\n');
    copyTruncate('app.log', 'app.log.1');
    append('app.log', 'three\n');
    await harness.poll();
    expect(harness.lines()).toEqual(['one', 'two', 'three']);
  });

  it('leaves the hole that a writer without O_APPEND makes unread', async () => {
    follow();
    const fd = openSync(harness.path('app.log'), 'w');
    const long = `${'x'.repeat(5000)}\n`;
    writeSync(fd, long);
    await harness.poll();
    truncateSync(harness.path('app.log'), 0);
    writeSync(fd, 'after the hole\n');
    expect(statSync(harness.path('app.log')).size).toBe(5016);
    expect(await harness.poll()).toEqual(['after the hole']);
    closeSync(fd);
  });

  it('leaves a hole of many blocks unread', async () => {
    follow();
    append('app.log', '');
    truncateSync(harness.path('app.log'), 5_000_000);
    expect(await harness.poll()).toEqual([]);
    append('app.log', 'after the hole\nnext\n');
    expect(await harness.poll()).toEqual(['after the hole', 'next']);
  });

  it('reads what is written into space set aside', async () => {
    follow();
    writeFileSync(harness.path('app.log'), Buffer.concat([Buffer.from('one\ntw'), Buffer.alloc(100_000)]));
    expect(await harness.poll()).toEqual(['one']);
    const fd = openSync(harness.path('app.log'), 'r+');
    writeSync(fd, 'o\nthree\n', 6);
    expect(await harness.poll()).toEqual(['two', 'three']);
    harness.restart();
    writeSync(fd, 'four\n', 14);
    closeSync(fd);
    expect(await harness.poll()).toEqual(['four']);
    expect(harness.counters.get('source.file_truncated')).toBe(0);
  });
});

describe('files that come and go', () => {
  it('are read when they appear later', async () => {
    follow();
    expect(await harness.poll()).toEqual([]);
    append('app.log', 'one\n');
    expect(await harness.poll()).toEqual(['one']);
  });

  it('are told apart when the inode is reused', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    const { ino } = statSync(harness.path('app.log'));
    unlinkSync(harness.path('app.log'));
    append('app.log', 'two\n');
    // ext4 gives the same inode again; elsewhere this is plain deletion and creation.
    if (statSync(harness.path('app.log')).ino !== ino)
      expect(statSync(harness.path('app.log')).ino).not.toBe(ino);
    expect(await harness.poll()).toEqual(['two']);
    harness.restart();
    expect(await harness.poll()).toEqual([]);
    expect(harness.committed.size).toBe(1);
  });

  it('are read to their end after deletion, with a partial last line', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    append('app.log', 'two\nthr');
    unlinkSync(harness.path('app.log'));
    append('app.log', 'four\n');
    expect(await harness.poll()).toEqual(['two', 'four']);
    expect(await harness.pollLater()).toEqual(['thr']);
    harness.restart();
    expect(await harness.poll()).toEqual([]);
    expect(harness.committed.size).toBe(1);
  });

  it('are counted as lost when they vanish while down', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    unlinkSync(harness.path('app.log'));
    await harness.poll();
    expect(harness.counters.get('source.file_lost')).toBe(1);
    harness.restart();
    expect(harness.committed.size).toBe(0);
  });

  it('are found by globs, new ones too, each once however many names it has', async () => {
    follow({ paths: ['*.log', 'sub/**/*.txt'], exclude: ['not-*'] });
    append('a.log', 'a\n');
    append('not-this.log', 'x\n');
    linkSync(harness.path('a.log'), harness.path('b.log'));
    symlinkSync(harness.path('a.log'), harness.path('c.log'));
    expect(await harness.poll()).toEqual(['a']);
    mkdirSync(harness.path('sub/deep/er'), { recursive: true });
    append('sub/deep/er/d.txt', 'd\n');
    append('sub/e.txt', 'e\n');
    append('sub/.hidden.txt', 'x\n');
    expect((await harness.poll()).sort()).toEqual(['d', 'e']);
    append('a.log', 'again\n');
    expect(await harness.poll()).toEqual(['again']);
  });

  it('are followed when a symlink switches', async () => {
    follow({ paths: ['current'] });
    append('a.txt', 'a1\n');
    append('b.txt', 'b1\n');
    symlinkSync('a.txt', harness.path('current'));
    expect(await harness.poll()).toEqual(['a1']);
    append('a.txt', 'a2\n');
    rmSync(harness.path('current'));
    symlinkSync('b.txt', harness.path('current'));
    expect(await harness.poll()).toEqual(['a2', 'b1']);
    harness.restart();
    append('b.txt', 'b2\n');
    expect(await harness.poll()).toEqual(['b2']);
  });

  it('are found rotated beside the target of a symlink', async () => {
    mkdirSync(follow({ paths: ['link.log'] }).path('real'));
    append('real/app.log', 'one\n');
    symlinkSync('real/app.log', harness.path('link.log'));
    await harness.poll();
    rename('real/app.log', 'real/app.log.2');
    append('real/app.log', 'two\n');
    rename('real/app.log', 'real/app.log.1');
    append('real/app.log', 'three\n');
    expect(await harness.poll()).toEqual(['two', 'three']);
  });

  it('are counted once while unreadable and read once readable', async () => {
    follow();
    append('app.log', 'one\n');
    chmodSync(harness.dir, 0o755);
    chmodSync(harness.path('app.log'), 0);
    // Permissions do not hold root back.
    const root = process.getuid?.() === 0;
    try {
      if (root) process.seteuid?.(65534);
      expect(await harness.poll()).toEqual([]);
      expect(await harness.poll()).toEqual([]);
      expect(harness.counters.get('source.unreadable')).toBe(1);
    } finally {
      if (root) process.seteuid?.(0);
    }
    chmodSync(harness.path('app.log'), 0o644);
    expect(await harness.poll()).toEqual(['one']);
  });

  it('are told and left alone when they are event logs of Windows', async () => {
    follow({ paths: ['*.evtx', '*.log'] });
    writeFileSync(harness.path('security.evtx'), evtxFile([]));
    append('app.log', 'one\n');
    expect(await harness.poll()).toEqual(['one']);
    expect(await harness.poll()).toEqual([]);
    expect(harness.counters.get('source.unreadable')).toBe(1);
  });

  it('are left alone when they are pipes, devices or folders', async () => {
    follow({ paths: ['pipe', 'folder', '/dev/zero', '*.log'] });
    execFileSync('mkfifo', [harness.path('pipe'), harness.path('pipe.log')]);
    mkdirSync(harness.path('folder'));
    expect(await harness.poll()).toEqual([]);
    expect(harness.counters.get('source.unreadable')).toBe(2);
  });
});

describe('compressed generations', () => {
  it('are not read', async () => {
    follow({ paths: ['app.log*'] });
    append('app.log', 'one\n');
    await harness.poll();
    rename('app.log', 'app.log.1');
    append('app.log', 'two\n');
    await harness.poll();
    gzip('app.log.1');
    expect(await harness.pollLater()).toEqual([]);
    harness.restart();
    expect(await harness.pollLater()).toEqual([]);
  });

  it('give what was not read of the file they were made from while down', async () => {
    follow();
    append('app.log', 'one\n');
    await harness.poll();
    harness.restart();
    append('app.log', 'two\n');
    rename('app.log', 'app.log.1');
    append('app.log', 'three\n');
    gzip('app.log.1');
    expect(await harness.poll()).toEqual(['two', 'three']);
    harness.restart();
    expect(await harness.poll()).toEqual([]);
    expect(harness.counters.get('source.file_lost')).toBe(0);
  });

  it('are read once with backfill_gz, whatever their name', async () => {
    follow({ paths: ['*.log*'], backfillGz: true, rotateWait: 0 });
    writeFileSync(harness.path('app.log.2.bin'), gzipSync('one\ntwo\nlast'));
    harness.now += 60_000;
    expect(await harness.poll()).toEqual(['one', 'two', 'last']);
    expect(await harness.pollLater()).toEqual([]);
    harness.restart();
    expect(await harness.pollLater()).toEqual([]);
  });

  it('are gone on with after a crash in the middle', async () => {
    follow({ paths: ['*.gz'], backfillGz: true });
    const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i} of a large file`);
    writeFileSync(harness.path('a.gz'), gzipSync(`${lines.join('\n')}\n`));
    await harness.pollLater();
    expect(harness.batches.length).toBeGreaterThan(4);
    harness.restart(3);
    await harness.pollLater();
    expect(harness.lines()).toEqual(lines);
  });

  it('are not read with backfill_gz when their content was', async () => {
    follow({ paths: ['app.log*'], backfillGz: true });
    append('app.log', 'one\n');
    await harness.poll();
    rename('app.log', 'app.log.1');
    append('app.log', 'two\n');
    await harness.pollLater();
    gzip('app.log.1');
    expect(await harness.pollLater()).toEqual([]);
    expect(await harness.pollLater()).toEqual([]);
    harness.restart();
    rename('app.log.1.gz', 'app.log.2.gz');
    rename('app.log', 'app.log.1');
    append('app.log', 'three\n');
    await harness.pollLater();
    gzip('app.log.1');
    expect(await harness.pollLater()).toEqual([]);
    expect(await harness.pollLater()).toEqual([]);
    expect(harness.lines()).toEqual(['one', 'two', 'three']);
  });

  it('end at max_decompressed and are counted when damaged', async () => {
    follow({ paths: ['*.gz'], backfillGz: true, maxDecompressed: 100_000 });
    writeFileSync(harness.path('bomb.gz'), gzipSync(Buffer.alloc(10_000_000, 'xxxxxxxxx\n')));
    expect(await harness.pollLater()).toHaveLength(10_000);
    expect(harness.counters.get('source.unreadable')).toBe(1);
    writeFileSync(harness.path('cut.gz'), gzipSync('one\ntwo\n').subarray(0, 20));
    await harness.pollLater();
    expect(harness.counters.get('source.unreadable')).toBe(2);
    expect(await harness.pollLater()).toEqual([]);
  });
});

describe('the queue', () => {
  it('holds reading back while it is full', async () => {
    follow();
    append('app.log', `${'x'.repeat(99)}\n`.repeat(10_000));
    harness.full = true;
    const polling = harness.follower.poll();
    const asked = Date.now() + 5000;
    while (harness.batches.length === 0 && Date.now() < asked) await new Promise(setImmediate);
    for (let i = 0; i < 100; i++) await new Promise(setImmediate);
    expect(harness.batches).toHaveLength(1);
    harness.full = false;
    harness.makeRoom();
    await polling;
    expect(harness.lines()).toHaveLength(10_000);
  });

  it('gets the files in turn', async () => {
    follow({ paths: ['*.log'] });
    append('a.log', 'a23456789\n'.repeat(100_000));
    append('b.log', 'b23456789\n'.repeat(100_000));
    await harness.poll();
    const order = harness.batches.map(({ peers }) => peers[0]?.address.at(-5));
    expect(order.slice(0, 6)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
  });
});
