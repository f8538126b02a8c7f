import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TreeWatch } from '../../src/daemon/tree-watch.js';
import { temporaryFolder } from '../helpers/run-daemon.js';
import { until } from '../helpers/until.js';

let folder: ReturnType<typeof temporaryFolder>;
let root: string;
let watch: TreeWatch | null = null;
let events = 0;

beforeEach(() => {
  folder = temporaryFolder();
  root = join(folder.path, 'rules');
  mkdirSync(root);
});

afterEach(() => {
  watch?.close();
  folder.remove();
});

async function start(...roots: string[]): Promise<void> {
  events = 0;
  watch = new TreeWatch(roots, {
    matters: (name) => name.endsWith('.yml'),
    onEvent: () => {
      events++;
    },
    onError: (error) => {
      throw error;
    },
  });
  await watch.scan();
}

/** The change is told, and a scan confirms it. */
async function noticed(change: () => void): Promise<void> {
  const before = events;
  change();
  await until(() => events > before, 'an event');
  await until(() => watch!.scan(), 'a change');
}

const write = (path: string, text = 'x'): void => writeFileSync(join(root, path), text);

describe('a watched tree', () => {
  it('tells of files that come, change, are replaced and go', async () => {
    await start(root);
    await noticed(() => write('a.yml'));
    await noticed(() => write('a.yml', 'other'));
    write('.a.tmp', 'third');
    await noticed(() => renameSync(join(root, '.a.tmp'), join(root, 'a.yml')));
    await noticed(() => rmSync(join(root, 'a.yml')));
  });

  it('does not tell of files that do not matter', async () => {
    write('NOTES.md');
    await start(root);
    renameSync(join(root, 'NOTES.md'), join(root, 'README.md'));
    await until(() => events > 0, 'an event');
    expect(await watch!.scan()).toBe(false);
    await noticed(() => write('a.yml'));
  });

  it('sees into folders that came later, and into one that took the place of another', async () => {
    await start(root);
    await noticed(() => mkdirSync(join(root, 'a/b'), { recursive: true }));
    await noticed(() => write('a/b/c.yml'));
    mkdirSync(join(folder.path, 'other'));
    await noticed(() => renameSync(join(root, 'a/b'), join(folder.path, 'b')));
    await noticed(() => renameSync(join(root, 'a'), join(folder.path, 'a')));
    await noticed(() => renameSync(join(folder.path, 'other'), join(root, 'a')));
    await noticed(() => write('a/d.yml'));
    // The same number on the same device, as file systems like to give it.
    await noticed(() => {
      rmSync(join(root, 'a'), { recursive: true });
      mkdirSync(join(root, 'a'));
    });
    await noticed(() => write('a/e.yml'));
  });

  it('waits for a root that is not there, and follows it when it is another', async () => {
    rmSync(root, { recursive: true });
    await start(root);
    await noticed(() => mkdirSync(root));
    await noticed(() => write('a.yml'));
    await noticed(() => {
      rmSync(root, { recursive: true });
      mkdirSync(root);
    });
    await noticed(() => write('b.yml'));
  });

  it('watches a file that is a root, whatever its name, and nothing beside it', async () => {
    write('one');
    await start(join(root, 'one'));
    await noticed(() => write('one', 'y'));
    await watch!.scan();
    write('two.yml');
    mkdirSync(join(root, 'three'));
    expect(await watch!.scan()).toBe(false);
    await noticed(() => rmSync(join(root, 'one')));
  });

  it('follows links to files and folders, and loops of them to no end', async () => {
    const elsewhere = join(folder.path, 'elsewhere');
    mkdirSync(join(elsewhere, 'deep'), { recursive: true });
    writeFileSync(join(elsewhere, 'real'), 'x');
    symlinkSync(join(elsewhere, 'real'), join(root, 'a.yml'));
    symlinkSync(join(elsewhere, 'deep'), join(root, 'deep'));
    symlinkSync(root, join(root, 'again'));
    await start(root);
    await noticed(() => writeFileSync(join(elsewhere, 'real'), 'y'));
    await noticed(() => writeFileSync(join(elsewhere, 'deep/b.yml'), 'y'));
    await noticed(() => {
      rmSync(join(root, 'deep'));
      symlinkSync(elsewhere, join(root, 'deep'));
    });
    await noticed(() => writeFileSync(join(elsewhere, 'c.yml'), 'y'));
  });
});
