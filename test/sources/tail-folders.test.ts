import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Breath } from '../../src/sources/tail/breath.js';
import { Folders } from '../../src/sources/tail/folders.js';

let dir: string;
let folders: Folders;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'vedette-folders-'));
  folders = new Folders(new Breath());
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const path = (name: string): string => join(dir, name);

async function generations(name: string): Promise<string[]> {
  return (await folders.generations(path(name))).map((found) => basename(found.path)).sort();
}

describe('what lies in a folder', () => {
  it('are the generations of one log, not its neighbours or folders', async () => {
    for (const name of [
      'a.log',
      'a.log.1',
      'a.log-20261120.gz',
      'a-2026-11-20.log',
      'a.log.bak',
      'b.log.1',
    ]) {
      writeFileSync(path(name), name);
    }
    mkdirSync(path('a.log.2'));
    expect(await generations('a.log')).toEqual(['a-2026-11-20.log', 'a.log', 'a.log-20261120.gz', 'a.log.1']);
    expect(await generations('c.log')).toEqual([]);
    expect(await folders.generations(join(dir, 'absent', 'a.log'))).toEqual([]);
  });

  it('includes the live file when it is called like a generation', async () => {
    writeFileSync(path('a.log.1'), '');
    expect(await generations('a.log.1')).toEqual(['a.log.1']);
  });

  it('is looked at again when a name has come or changed, however soon', async () => {
    writeFileSync(path('a.log'), '');
    const { ino } = statSync(path('a.log'));
    for (let n = 1; n < 200; n++) {
      expect(await generations('a.log')).toHaveLength(1);
      const [from, to] = n % 2 === 1 ? ['a.log', 'elsewhere'] : ['elsewhere', 'a.log'];
      renameSync(path(from!), path(to!));
      const [found] = await folders.neighbours(path('a.log'), new Set([ino]));
      expect(found?.path).toBe(path(to!));
      if (n % 2 === 1) writeFileSync(path('a.log'), '');
    }
  });

  it('is looked at again when its time has no fraction and the change was in the same second', async () => {
    const second = Math.floor(Date.now() / 1000);
    utimesSync(dir, second, second);
    expect(await generations('a.log')).toEqual([]);
    writeFileSync(path('a.log.1'), '');
    utimesSync(dir, second, second);
    expect(await generations('a.log')).toEqual(['a.log.1']);
  });
});
