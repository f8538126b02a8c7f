import { spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MAIN, sshdLine, TestDaemon, tcpConfig, temporaryFolder, until } from '../helpers/run-daemon.js';

const LIMIT = 450;
const DIALLED = 600;

test('connections beyond the limit of open files are counted, and leave the log and the rest what they need', {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  const limited = ['bash', '-c', `ulimit -n ${LIMIT}; exec "$@"`, '--', process.execPath];
  const config = tcpConfig().replace('"127.0.0.1:0" }', '"127.0.0.1:0", peer_share: 1 }');
  const daemon = new TestDaemon(folder.path, config, [], limited);
  const dialled: Socket[] = [];
  try {
    const [port] = await daemon.ports();
    let closed = 0;
    for (let i = 0; i < DIALLED; i++) {
      const socket = connect(port!, '127.0.0.1');
      socket.on('error', () => {});
      socket.on('close', () => closed++);
      socket.resume();
      dialled.push(socket);
    }
    await until(async () => {
      const { counts, connections } = (await daemon.stats()).sources.tcp!;
      const refused = counts['source.too_many_connections'] ?? 0;
      return refused === closed && refused + Number(connections) === DIALLED ? true : null;
    }, 'each to be taken, or refused and counted');
    expect(closed).toBeGreaterThan(DIALLED - LIMIT);
    await daemon.told(/ulimit -n/);
    dialled.find((socket) => !socket.destroyed)!.write(`${sshdLine('Failed password for root')}\n`);
    await daemon.stored(1);
    const { stdout } = spawnSync(
      process.execPath,
      [MAIN, 'doctor', '--json', '-c', join(folder.path, 'config.yaml')],
      { encoding: 'utf8' },
    );
    const line = stdout.split('\n').find((text) => text.includes('"open_files"'))!;
    expect((JSON.parse(line) as { findings: object[] }).findings).toEqual([
      {
        kind: 'hint',
        what: expect.stringMatching(/^max_connections of tcp make 10000, but 450 files may be open/),
        fix: expect.stringContaining('ulimit -n'),
      },
    ]);
  } finally {
    for (const socket of dialled) socket.destroy();
    await daemon.stop();
    folder.remove();
  }
});
