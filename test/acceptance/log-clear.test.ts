import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../src/storage/log/read-log.js';
import {
  MAIN,
  sendTcp,
  sshdLine,
  TestDaemon,
  tcpConfig,
  temporaryFolder,
  until,
} from '../helpers/run-daemon.js';
import { storedLines } from '../helpers/stored-lines.js';

let folder: ReturnType<typeof temporaryFolder>;
let daemon: TestDaemon | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  await daemon?.kill();
  daemon = null;
  folder.remove();
});

function vedette(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--data-dir', 'data'], {
    cwd: folder.path,
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

const guesses = (n: number): string =>
  Array.from(
    { length: n },
    (_, i) => `${sshdLine(`Failed password for root from 203.0.113.7 port ${i} ssh2`)}\n`,
  ).join('');

test('log clear deletes the events of a stopped daemon, and nothing else', async () => {
  daemon = new TestDaemon(folder.path, tcpConfig());
  const [port] = await daemon.ports();
  await sendTcp(port!, guesses(9));
  const first = daemon;
  await until(() => first.alertLines()[0] ?? null, 'the alert');
  expect(vedette('log', 'clear', '--force')).toMatchObject({ status: 78, out: '' });
  expect(await first.stop()).toBe(0);
  const { log } = first.lastStats();
  const stored = storedLines(folder.path, 'tcp');
  expect(stored).toHaveLength(9);

  expect(vedette('log', 'clear')).toMatchObject({ status: 0, out: expect.stringContaining('say --force') });
  expect(storedLines(folder.path, 'tcp')).toEqual(stored);
  expect(vedette('log', 'clear', '--force').out).toMatch(/^Deleted 1 segment, .* in .*events\.\n$/);
  expect(readdirSync(join(folder.path, 'data', 'events'))).toEqual([]);
  expect(vedette('alerts', 'list').out).toContain('SSH Brute Force');

  // The daemon goes on, with numbers that were never given.
  daemon = new TestDaemon(folder.path, tcpConfig());
  const [again] = await daemon.ports();
  await sendTcp(again!, guesses(2));
  await daemon.stored(2);
  expect(await daemon.stop()).toBe(0);
  expect(storedLines(folder.path, 'tcp')).toHaveLength(2);
  const seqs = [...readLog(join(folder.path, 'data', 'events'), () => {})].map(({ seq }) => seq);
  expect(Math.min(...seqs)).toBeGreaterThan(log.lastSeq);
  expect(daemon.messages).not.toMatch(/"level":"(warn|error|fatal)"/);
});
