import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { findLogFiles } from '../../src/replay/log-files.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** What the folder holds, by path in it. */
function found(paths = [folder]) {
  const inFolder = (path: string): string => relative(folder, path);
  const { paths: read, skipped, unreadable } = findLogFiles(paths);
  return {
    read: read.map(inFolder),
    skipped: Object.fromEntries(skipped.map(({ path, reason }) => [inFolder(path), reason])),
    unreadable: unreadable.map(({ path }) => inFolder(path)),
  };
}

describe('log files', () => {
  test('are found in folders of folders, in the order of their names, each once', () => {
    const log = file('b/auth.log', 'line\n');
    file('a.log', 'line\n');
    file('b/auth.log.2.gz', gzipSync('line\n'.repeat(100_000)));
    linkSync(log, join(folder, 'b', 'same.log'));
    symlinkSync(folder, join(folder, 'b', 'up'));
    expect(found()).toEqual({
      read: ['a.log', 'b/auth.log', 'b/auth.log.2.gz'],
      skipped: { 'b/same.log': 'the same file as another', 'b/up': 'a symbolic link' },
      unreadable: [],
    });
    expect(found([join(folder, 'a.log'), folder]).read).toEqual(['a.log', 'b/auth.log', 'b/auth.log.2.gz']);
  });

  test('are told from what is none by how they begin', () => {
    const tar = Buffer.concat([Buffer.from('auth.log'.padEnd(257, '\0')), Buffer.from('ustar\0')]);
    file('dump.tar.gz', gzipSync(Buffer.concat([tar, Buffer.alloc(1000)])));
    file('empty.log', '');
    file('hole.log', Buffer.concat([Buffer.alloc(900), Buffer.from('Nov 20 10:00:00 web sshd[1]: x\n')]));
    file('journal', Buffer.concat([Buffer.from('LPKSHHRH'), Buffer.alloc(100)]));
    file('latin1.log', Buffer.from('Nov 20 10:00:00 web app: r\xe9sum\xe9\n', 'latin1'));
    file('logs.zip', Buffer.from('PK\x03\x04zip'));
    file('security.evtx', Buffer.concat([Buffer.from('ElfFile\0'), Buffer.alloc(100)]));
    file('torn.gz', Buffer.from([0x1f, 0x8b, 8, 0, 0]));
    file('wtmp', Buffer.from([7, 0, 0, 0, 1, 2]));
    const { read, skipped } = found();
    expect(read).toEqual(['hole.log', 'latin1.log', 'security.evtx', 'torn.gz']);
    expect(skipped).toMatchObject({
      'dump.tar.gz': 'a tar archive: unpack it first',
      'empty.log': 'empty',
      'logs.zip': 'a zip archive: unpack it first',
      wtmp: 'not text',
    });
    expect(skipped.journal).toContain('journalctl --file');
  });

  test('that cannot be looked at are told, and nothing waits for a writer', () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const { skipped, unreadable } = found([join(folder, 'pipe'), join(folder, 'nowhere')]);
    expect(skipped).toEqual({ pipe: 'not a file' });
    expect(unreadable).toEqual(['nowhere']);
  });
});
