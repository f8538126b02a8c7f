import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataDirUnusable, lockDataDir } from '../../src/daemon/lock.js';
import { asNobody } from '../helpers/as-nobody.js';
import { temporaryFolder } from '../helpers/temporary-folder.js';

describe('a data_dir', () => {
  it('is made when it is missing', () => {
    lockDataDir(join(temporaryFolder(), 'new', 'data')).release();
  });

  it('that is a file is refused in words', () => {
    const file = join(temporaryFolder(), 'data');
    writeFileSync(file, '');
    expect(() => lockDataDir(file)).toThrow(new DataDirUnusable(file, 'it is not a folder'));
    expect(() => lockDataDir(join(file, 'below'))).toThrow('what stands above it is not a folder');
  });

  it('of somebody else is refused in words, made or not', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const data = join(folder, 'data');
    mkdirSync(data, { mode: 0o555 });
    chmodSync(folder, 0o555);
    await asNobody(() => {
      for (const dir of [data, join(folder, 'missing')])
        expect(() => lockDataDir(dir)).toThrow(new DataDirUnusable(dir, 'this user may not write there'));
    });
    chmodSync(folder, 0o755);
  });
});
