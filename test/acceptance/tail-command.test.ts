import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askDaemon } from '../../src/daemon/control-socket.js';
import type { AlertChange } from '../../src/model/alert.js';
import { evtxFile } from '../helpers/evtx-writer.js';
import { type DaemonStats, MAIN, sshdLine, temporaryFolder, until } from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
let children: ChildProcess[];

beforeEach(() => {
  folder = temporaryFolder();
  children = [];
  writeFileSync(join(folder.path, 'auth.log'), '');
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  folder.remove();
});

/** `vedette tail` in the folder, its stdout and stderr as they come. */
function run(...command: [string, ...string[]]): {
  child: ChildProcess;
  out: () => string;
  err: () => string;
  exited: Promise<number | null>;
} {
  const [program, ...args] = command;
  const child = spawn(program, args, {
    cwd: folder.path,
    env: { ...process.env, XDG_STATE_HOME: join(folder.path, 'state'), HOME: folder.path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  let err = '';
  child.stdout!.on('data', (text: Buffer) => {
    out += text;
  });
  child.stderr!.on('data', (text: Buffer) => {
    err += text;
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, out: () => out, err: () => err, exited };
}

const tail = (...args: string[]) => run(process.execPath, MAIN, 'tail', 'auth.log', ...args);

function attack(from: string, pid = 999): void {
  const lines = Array.from({ length: 12 }, (_, i) =>
    sshdLine(`Failed password for root from ${from} port ${40_000 + i} ssh2`, { pid }),
  );
  appendFileSync(join(folder.path, 'auth.log'), `${lines.join('\n')}\n`);
}

const alerts = (out: string): AlertChange[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AlertChange);

const told = (out: string): string[] =>
  alerts(out)
    .filter((line) => line.rule.name === 'SSH Brute Force' && line.alert.status === 'opened')
    .map((line) => line.entity);

describe('vedette tail', () => {
  test('a file that is not there: an error when all is read once, else a word and patience', async () => {
    const once = run(process.execPath, MAIN, 'tail', '--once', 'auth.log', 'auht.log');
    expect(await once.exited).toBe(74);
    expect(once.err()).toMatch(/^No such file: .*auht\.log\.\n$/);
    const waiting = run(process.execPath, MAIN, 'tail', 'auht.log');
    await until(async () => waiting.err().includes('waiting for it') || null, 'the word');
    waiting.child.kill('SIGINT');
    expect(await waiting.exited).not.toBe(74);
  });

  test('a glob that nothing matches: an error when all is read once, else a word and patience', async () => {
    const once = run(process.execPath, MAIN, 'tail', '--once', 'auth.log', 'app-*.log', 'none/**/?.log');
    expect(await once.exited).toBe(74);
    expect(once.err()).toMatch(/^No such file: \S*\/app-\*\.log, \S*\/none\/\*\*\/\?\.log\.\n$/);
    const matched = run(process.execPath, MAIN, 'tail', '--once', 'a*.log');
    expect([await matched.exited, matched.err()]).toEqual([0, '']);
    const waiting = run(process.execPath, MAIN, 'tail', 'app-*.log');
    await until(async () => waiting.err().includes('waiting for it') || null, 'the word');
    writeFileSync(join(folder.path, 'app-1.log'), '');
    waiting.child.kill('SIGINT');
    expect(await waiting.exited).not.toBe(74);
  });

  test('what is known to hold no lines, or may not be read, is an error', async () => {
    writeFileSync(join(folder.path, 'old.xz'), Buffer.from('fd377a585a000000', 'hex'));
    const once = run(process.execPath, MAIN, 'tail', '--once', 'old.xz');
    expect(await once.exited).toBe(74);
    expect(once.err()).toMatch(/old\.xz holds no log lines: compressed by xz: unpack it first\.\n$/);
  });

  test('a folder that is named is an error when all is read once, as for grep', async () => {
    const once = run(process.execPath, MAIN, 'tail', '--once', 'auth.log', '.');
    expect(await once.exited).toBe(74);
    expect(once.err()).toBe(`Not a regular file: ${folder.path}.\n`);
  });

  test('prints alerts of a growing file as JSON lines when piped, nothing on stderr, and ends with 0 on SIGINT', async () => {
    const { child, out, err, exited } = tail();
    attack('203.0.113.7');
    await until(() => (told(out()).length === 1 ? true : null), 'the first alert');
    attack('203.0.113.8');
    await until(() => (told(out()).length === 2 ? true : null), 'the second');
    child.kill('SIGINT');
    expect(await exited).toBe(0);
    expect(told(out())).toEqual(['203.0.113.7', '203.0.113.8']);
    expect(err()).toBe('');
  });

  test('an event log of Windows is an error, not a file without alerts', async () => {
    writeFileSync(join(folder.path, 'Security.evtx'), evtxFile([]));
    const once = run(process.execPath, MAIN, 'tail', '--once', 'auth.log', 'Security.evtx');
    expect(await once.exited).toBe(74);
    expect(once.err()).toMatch(/vedette scan reads them: \S*Security\.evtx\.\n$/);
  });

  test('ends at the end with --once, and goes on there the next time without repeating an alert', async () => {
    attack('203.0.113.7');
    const first = tail('--once');
    expect(await first.exited).toBe(0);
    expect(told(first.out())).toEqual(['203.0.113.7']);
    const again = tail('--once');
    expect(await again.exited).toBe(0);
    expect(told(again.out())).toEqual([]);
    attack('203.0.113.8');
    const more = tail('--once');
    expect(await more.exited).toBe(0);
    expect(told(more.out())).toEqual(['203.0.113.8']);
    const lines = [first, again, more].flatMap(({ out }) => alerts(out()));
    const keys = lines.map((line) => `${line.alert.id} ${line.alert.revision}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('reads a .gz that is named, once, and none that a glob meets', async () => {
    attack('203.0.113.7');
    const log = readFileSync(join(folder.path, 'auth.log'));
    writeFileSync(join(folder.path, 'auth.log.1.gz'), gzipSync(log));
    const named = (...files: string[]) => run(process.execPath, MAIN, 'tail', '--once', ...files);
    for (const expected of [['203.0.113.7'], []]) {
      const read = named('auth.log.1.gz');
      expect(await read.exited).toBe(0);
      expect(told(read.out())).toEqual(expected);
    }
    const met = named('*.gz');
    expect(await met.exited).toBe(0);
    expect(met.out()).toBe('');
  });

  test('leaves out what was there before with --from end', async () => {
    attack('203.0.113.7');
    const { child, out, exited } = tail('--from', 'end', '--state-dir', 'state');
    await until(async () => {
      const stats = (await askDaemon(join(folder.path, 'state'), 'stats').catch(
        () => null,
      )) as DaemonStats | null;
      return stats?.sources.tail?.files === 1 ? true : null;
    }, 'the file to be followed');
    attack('203.0.113.8');
    await until(() => (told(out()).length > 0 ? true : null), 'the alert');
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
    expect(told(out())).toEqual(['203.0.113.8']);
  });

  test('ends with 0 when the reader of its output has gone', async () => {
    for (let host = 0; host < 30; host++) attack(`203.0.113.${host}`, 1000 + host);
    const { out, err, exited } = run(
      'bash',
      '-c',
      `"${process.execPath}" "${MAIN}" tail auth.log | head -n 1; echo "ended \${PIPESTATUS[0]}" >&2`,
    );
    // A pipe without a reader is noticed by whoever writes to it.
    let host = 0;
    const growing = setInterval(() => attack(`198.51.100.${host++ % 250}`, 2000 + host), 100);
    expect(await exited).toBe(0);
    clearInterval(growing);
    expect(err()).toBe('ended 0\n');
    expect(alerts(out())).toHaveLength(1);
  });
});
