import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfiguredRules, readRuleFiles } from '../../src/config/rule-files.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rule-files-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(...parts: string[]): string {
  const path = join(root, ...parts);
  writeFileSync(path, 'title: t\n');
  return path;
}

describe('reading rule files', () => {
  it('searches folders for .yml and .yaml in sorted order and leaves the rest out', () => {
    mkdirSync(join(root, 'b'));
    const paths = [write('a.yml'), write('b', 'x.yaml'), write('c.YML')];
    write('README.md');
    write('.hidden.yml');
    expect(readRuleFiles([root])).toEqual({
      files: paths.map((path) => ({ path, text: 'title: t\n' })),
      faults: [],
    });
  });

  it('reads a file that is named, whatever its extension, and once when it is named twice', () => {
    const path = write('rule.txt');
    expect(readRuleFiles([path, path]).files).toEqual([{ path, text: 'title: t\n' }]);
  });

  it('refuses what is not UTF-8 and names the line', () => {
    writeFileSync(join(root, 'latin.yml'), Buffer.from('title: t\nauthor: Ren\xe9\n', 'latin1'));
    writeFileSync(join(root, 'last.yml'), Buffer.from('title: t\n# \xe9', 'latin1'));
    writeFileSync(join(root, 'utf16.yml'), Buffer.from('\ufefftitle: t\n', 'utf16le'));
    const { files, faults } = readRuleFiles([root]);
    expect(files).toEqual([]);
    expect(faults.map(({ message }) => message)).toEqual(
      [2, 2, 1].map((line) => `Line ${line} is not UTF-8; save the file in that encoding.`),
    );
  });

  it('follows links and does not run in circles', () => {
    mkdirSync(join(root, 'real'));
    write('real', 'a.yml');
    symlinkSync(root, join(root, 'real', 'loop'));
    symlinkSync('self.yml', join(root, 'self.yml'));
    symlinkSync('nowhere', join(root, 'dangling.yml'));
    const { files, faults } = readRuleFiles([root]);
    expect(files.map(({ path }) => path)).toEqual([join(root, 'real', 'a.yml')]);
    expect(faults.map(({ message }) => message)).toEqual([
      'This link leads nowhere.',
      'This link leads to itself.',
    ]);
  });

  it('refuses pipes and large files, says so, and reads the rest', () => {
    execFileSync('mkfifo', [join(root, 'pipe.yml')]);
    writeFileSync(join(root, 'large.yml'), 'x'.repeat(1024 * 1024 + 1));
    const good = write('good.yml');
    const { files, faults } = readRuleFiles([root]);
    expect(files.map(({ path }) => path)).toEqual([good]);
    expect(faults.map(({ place }) => place.file)).toEqual([join(root, 'large.yml'), join(root, 'pipe.yml')]);
  });

  it('names a path that does not exist', () => {
    const path = join(root, 'missing');
    expect(readRuleFiles([path]).faults).toEqual([
      { place: { file: path, line: 1 }, code: 'rule.file', message: 'There is no such file or folder.' },
    ]);
  });
});

describe('the configured rules', () => {
  it('are the packaged ones, shown as they lie in the package, then those of the paths as given', () => {
    const own = write('own.yml');
    const { files, faults } = readConfiguredRules({ builtin: true, paths: [own] });
    expect(faults).toEqual([]);
    expect(files.at(-1)?.path).toBe(own);
    expect(files.length).toBeGreaterThan(10);
    for (const { path } of files.slice(0, -1))
      expect(path).toMatch(/^rules\/(sigma|correlation|filters)\/.+\.yml$/);
  });

  it('are the own ones alone without builtin', () => {
    const own = write('own.yml');
    const { files } = readConfiguredRules({ builtin: false, paths: [own] });
    expect(files.map(({ path }) => path)).toEqual([own]);
  });
});
