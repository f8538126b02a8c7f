import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askDaemon } from '../../src/daemon/control-socket.js';
import { tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

let folder: ReturnType<typeof temporaryFolder>;
let npm: ChildProcess;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => {
  // Whatever a failure has left of the process group.
  try {
    process.kill(-npm.pid!, 'SIGKILL');
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ESRCH');
  }
  folder.remove();
});

/** A shell between npm and the daemon would die alone of what a supervisor sends, and leave the daemon running. */
test.each([
  ['SIGTERM to npm, as a supervisor sends it', () => npm.kill('SIGTERM')],
  // The daemon is in the group, and npm passes on what it gets: it comes twice.
  ['Ctrl-C in a terminal, SIGINT to all of them', () => process.kill(-npm.pid!, 'SIGINT')],
])('npm start ends the daemon in good order with %s', async (_, end) => {
  const file = join(folder.path, 'config.yaml');
  writeFileSync(file, tcpConfig());
  npm = spawn('npm', ['start', '--', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let messages = '';
  npm.stderr!.on('data', (data: Buffer) => {
    messages += data;
  });
  const exited = new Promise((resolve) => npm.once('exit', resolve));
  await until(() => (messages.includes('Vedette is watching') ? true : null), 'the daemon to listen');
  end();
  await exited;
  await until(() => (messages.includes('"Stopped."') ? true : null), 'the daemon to stop');
  expect(await askDaemon(join(folder.path, 'data'), 'stats')).toBeNull();
});
