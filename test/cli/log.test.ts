import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatBytes } from '../../src/model/units.js';
import { EventLog } from '../../src/storage/log/event-log.js';
import { listSegments } from '../../src/storage/log/segment-files.js';
import { chunkOf } from '../helpers/chunks.js';
import { jsonLines, runCommand } from '../helpers/run-cli.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

it('sizes of the log have what is not in its files yet, beside a daemon and after one that was killed', async () => {
  const data = temporaryFolder();
  const dir = join(data, 'events');
  mkdirSync(dir);
  const log = new EventLog({ dir, maxAgeMs: 1e15, maxBytes: 1e12 });
  for (let seq = 1; seq <= 20; seq++) log.append(chunkOf(seq, ['x'.repeat(3000), `line of ${seq}`]));
  log.commit();
  const [path] = listSegments(dir);
  const [file, wal] = [statSync(path!).size, statSync(`${path}-wal`).size];
  expect(wal).toBeGreaterThan(20 * 3000);
  const run = (...args: string[]) => runCommand(['log', ...args, '--data-dir', data], { cwd: data });
  const verified = await run('verify', '--json');
  expect(jsonLines(verified.out)).toMatchObject([{ records: 40, bytes: file + wal, damage: [] }]);
  expect((await run('verify')).out).toContain(` ${formatBytes(file + wal)} `);
  expect((await run('clear')).out).toContain(`1 segment, ${formatBytes(file + wal)}, in `);
  log.close();
});
