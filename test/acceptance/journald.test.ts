import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HAS_NAMESPACES, inNamespace } from '../helpers/namespaces.js';
import { runCommand } from '../helpers/run-cli.js';
import { TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';
import { storedLines } from '../helpers/stored-lines.js';
import { findTool } from '../helpers/test-tools.js';

const JOURNALD = '/lib/systemd/systemd-journald';
const POSSIBLE =
  HAS_NAMESPACES && existsSync(JOURNALD) && findTool('journalctl') !== null && findTool('logger') !== null;

/** A journald of its own, whose /run is a folder. Returns that folder. */
async function startJournald(): Promise<string> {
  const folder = temporaryFolder();
  const run = join(folder.path, 'run');
  mkdirSync(join(run, 'systemd', 'journal'), { recursive: true });
  const [program, ...args] = [...inNamespace(`mount --bind "${run}" /run`), JOURNALD];
  const child = spawn(program!, args, { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await until(() => (child.exitCode ?? child.signalCode) !== null || null, 'journald to end');
    folder.remove();
  });
  await until(() => (existsSync(join(run, 'systemd', 'journal', 'dev-log')) ? true : null), 'journald');
  return run;
}

async function log(run: string, from: number, count: number): Promise<string[]> {
  const lines = Array.from(
    { length: count },
    (_, i) => `Failed password for root from 203.0.113.7 port ${from + i} ssh2`,
  );
  const socket = join(run, 'systemd', 'journal', 'dev-log');
  const child = spawn(findTool('logger')!, ['-u', socket, '--tag', 'sshd', '--id=4242'], { stdio: 'pipe' });
  child.stdin.end(`${lines.join('\n')}\n`);
  await until(() => (child.exitCode === 0 ? true : null), 'logger');
  return lines;
}

describe('a journalctl that ends as soon as it is started', () => {
  it('is started again after longer and longer pauses, and the doctor names it', async () => {
    const folder = temporaryFolder();
    onTestFinished(() => folder.remove());
    const config = 'data_dir: ./data\nsources: [{ type: journald, command: "false" }]\nsinks: []\n';
    const daemon = new TestDaemon(folder.path, config);
    onTestFinished(() => daemon.kill());
    await daemon.told('"pauseMs":4000');
    const { out } = await runCommand(['doctor'], { cwd: folder.path });
    expect(out).toContain('✗ journald (journal) does not run: false ended (1)');
  });
});

describe.runIf(POSSIBLE)('a real journald (needs root, journald, journalctl and logger)', () => {
  it('is followed from where the last run stopped, also after kill -9, and its records are detected', async () => {
    const run = await startJournald();
    const folder = temporaryFolder();
    onTestFinished(() => folder.remove());
    const config = `data_dir: ./data
sources:
  - { type: journald, name: journal, directory: "${join(run, 'log', 'journal')}", since: "-1h" }
sinks:
  - { type: ndjson, dir: ./alerts }
`;
    const mine = (): string[] =>
      storedLines(folder.path, 'journal')
        .map((line) => (JSON.parse(line) as { MESSAGE: string }).MESSAGE)
        .filter((message) => typeof message === 'string' && message.startsWith('Failed password'));
    const written = await log(run, 1000, 20);
    const first = new TestDaemon(folder.path, config);
    onTestFinished(() => first.kill());
    const alert = await until(
      () => first.alertLines().find((line) => line.rule.name === 'SSH Brute Force') ?? null,
      'the alert',
    );
    expect(alert).toMatchObject({ source: { ip: '203.0.113.7' }, entity: '203.0.113.7' });
    await first.kill();
    written.push(...(await log(run, 2000, 20)));
    const second = new TestDaemon(folder.path, config);
    onTestFinished(() => second.kill());
    await second.listening();
    written.push(...(await log(run, 3000, 20)));
    await until(() => (mine().length >= written.length ? true : null), 'all messages');
    expect(await second.stop()).toBe(0);
    expect(mine()).toEqual(written);
    const ids = second.alertLines().map((line) => `${line.alert.id} ${line.alert.revision}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
