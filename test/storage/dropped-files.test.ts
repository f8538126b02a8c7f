import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DroppedFiles } from '../../src/storage/log/dropped-files.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { listDropped, listSegments } from '../../src/storage/log/segment-files.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';
import { until } from '../helpers/until.js';

const MIB = 1024 ** 2;

it('dropped files go one after the other, with a pause between', async () => {
  const steps: (readonly [string, number])[] = [];
  const files = new DroppedFiles(async (path) => {
    steps.push([path, performance.now()]);
    await new Promise(setImmediate);
    steps.push([path, performance.now()]);
  });
  for (const path of ['a', 'b', 'c']) files.add(path);
  expect(steps).toHaveLength(1);
  await until(() => steps.length === 6, 'three files');
  expect(steps.map(([path]) => path).join('')).toBe('aabbcc');
  for (const i of [1, 3]) expect(steps[i + 1]![1] - steps[i]![1]).toBeGreaterThan(200);
  files.add('d');
  await until(() => steps.length === 8, 'one more');
});

it('a large file becomes shorter step by step before it goes', async () => {
  const path = join(temporaryFolder(), 'large');
  writeFileSync(path, Buffer.alloc(70 * MIB));
  new DroppedFiles().add(path);
  const sizes: number[] = [];
  await until(() => {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size !== sizes.at(-1)) sizes.push(size);
    return size === 0;
  }, 'the end of the file');
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(existsSync(path)).toBe(false);
});

it('a file that has another name keeps what it holds there', async () => {
  const folder = temporaryFolder();
  const [path, backup] = [join(folder, 'large'), join(folder, 'backup')];
  const held = Buffer.alloc(40 * MIB, 'held');
  writeFileSync(path, held);
  linkSync(path, backup);
  new DroppedFiles().add(path);
  await until(() => !existsSync(path), 'the end of the file');
  expect(readFileSync(backup).equals(held)).toBe(true);
});

it('what cannot be removed holds up no other', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file');
  writeFileSync(path, 'x');
  const files = new DroppedFiles();
  files.add(folder);
  files.add(join(folder, 'nothing'));
  files.add(path);
  await until(() => !existsSync(path), 'the end of the file');
});

it('a process that is killed in between leaves nothing that is read, and nothing for long', async () => {
  const dir = join(temporaryFolder(), 'events');
  const dropper = spawn(process.execPath, ['--input-type=module', '-e', DROPPER, dir]);
  const dropped = (): string[] => (existsSync(dir) ? listDropped(dir) : []);
  await until(
    () => dropped().some((path) => statSync(path).size < 1000 * MIB),
    'a file that is becoming shorter',
  );
  dropper.kill('SIGKILL');
  await once(dropper, 'exit');
  const [path] = dropped();
  expect(statSync(path!).size).toBeGreaterThan(0);
  expect(listSegments(dir)).toHaveLength(2);

  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e15 });
  expect(log.stats()).toMatchObject({ segments: 2, bytes: expect.toSatisfy((bytes) => bytes < MIB) });
  expect([...log.read(0, () => expect.fail('damaged'))].map(({ seq }) => seq)).toEqual([2, 3]);
  await until(() => !existsSync(path!), 'the end of the file');
  expect(readdirSync(dir).filter((name) => name.includes('dropped'))).toEqual([]);
  log.close();
});

/** Three segments, of which the first is made large, without writing so much, and dropped. */
const DROPPER = `
  import { readdirSync, truncateSync } from 'node:fs';
  import { join } from 'node:path';
  const { EventLog } = await import('${process.cwd()}/dist/storage/log/event-log.js');
  const dir = process.argv[1];
  const log = new EventLog({ dir, maxAgeMs: 1000, maxBytes: 1e15, segmentBytes: 1 });
  for (const seq of [1, 2, 3]) {
    const receivedAt = seq * 1000;
    log.append({ seq, source: 's', transport: 'tcp', receivedAt, clock: receivedAt, records: 1, cursor: null, peers: [], bytes: new Uint8Array(Buffer.from('line\\n')), ends: null, peerRuns: null, truncated: null });
    log.addDigest(seq, null);
    log.commit();
  }
  truncateSync(join(dir, readdirSync(dir).sort()[0]), 1000 * ${MIB});
  log.retain(2500, 1);
  setInterval(() => {}, 1000);
`;
