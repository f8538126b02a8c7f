import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sshdLine, TestDaemon, temporaryFolder, until } from '../helpers/run-daemon.js';
import { storedLines } from '../helpers/stored-lines.js';

let folder: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(() => folder.remove());

const CONFIG = `data_dir: ./data
sources:
  - { type: file, name: tail, paths: [./auth.log], poll_interval: 20ms }
sinks:
  - { type: ndjson, dir: ./alerts }
`;

/** Deterministic moments at which the daemon is stopped. */
function* moments(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    yield state / 2 ** 31;
  }
}

const alertKeys = (daemon: TestDaemon): string[] =>
  daemon.alertLines().map(({ alert }) => `${alert.id} ${alert.revision}`);

describe('tail through crashes', () => {
  test('a log that is rotated and a daemon that is killed at once after its first start: no line lost', async () => {
    const path = join(folder.path, 'auth.log');
    writeFileSync(path, '');
    const first = new TestDaemon(folder.path, CONFIG);
    await first.listening();
    const lines = Array.from({ length: 500 }, (_, i) => sshdLine(`Connection closed by 192.0.2.1 port ${i}`));
    appendFileSync(path, lines.map((line) => `${line}\n`).join(''));
    renameSync(path, `${path}.1`);
    writeFileSync(path, '');
    await first.kill();
    const second = new TestDaemon(folder.path, CONFIG);
    await second.listening();
    await until(
      () => (storedLines(folder.path, 'tail').length >= lines.length ? true : null),
      'what was written before the first commit',
    );
    expect(await second.stop()).toBe(0);
    expect(storedLines(folder.path, 'tail')).toEqual(lines);
  });

  for (const [name, seed, signal] of [
    ['kill -9', 7, 'SIGKILL'],
    ['SIGTERM', 11, 'SIGTERM'],
  ] as const) {
    test(`${name} at random moments, with rotation: no line lost, none twice, no alert line twice`, {
      timeout: 300_000,
    }, async () => {
      const path = join(folder.path, 'auth.log');
      const random = moments(seed);
      const written: string[] = [];
      const write = (count: number): void => {
        const lines = Array.from({ length: count }, (_, i) => {
          const n = written.length + i;
          return sshdLine(
            `Failed password for root from 203.0.113.${n % 5} port ${1024 + (n % 60000)} ssh2`,
            { pid: n + 1 },
          );
        });
        written.push(...lines);
        appendFileSync(path, lines.map((line) => `${line}\n`).join(''));
      };
      writeFileSync(path, '');
      const seen: string[][] = [];
      for (let life = 0; life < 6; life++) {
        const daemon = new TestDaemon(folder.path, CONFIG);
        await daemon.listening();
        for (let step = 0; step < 4; step++) {
          write(1 + Math.floor(random.next().value! * 3000));
          if (random.next().value! < 0.3) {
            renameSync(path, `${path}.${life}-${step}`);
            writeFileSync(path, '');
          }
          await new Promise((done) => setTimeout(done, random.next().value! * 120));
        }
        daemon.signal(signal);
        await daemon.exited;
        seen.push(alertKeys(daemon));
      }
      const last = new TestDaemon(folder.path, CONFIG);
      await last.listening();
      await until(async () => {
        const { log } = await last.stats();
        return log.committedSeq === log.lastSeq && storedLines(folder.path, 'tail').length >= written.length
          ? true
          : null;
      }, 'the rest to be read');
      expect(await last.stop()).toBe(0);
      expect(storedLines(folder.path, 'tail').sort()).toEqual([...written].sort());
      const keys = alertKeys(last);
      expect(keys.length).toBeGreaterThan(0);
      expect(new Set(keys).size).toBe(keys.length);
      // At the end only: a start cuts off a last line that the killed life did not commit, and writes it again.
      for (const earlier of seen) expect(keys.slice(0, earlier.length)).toEqual(earlier);
    });
  }
});
