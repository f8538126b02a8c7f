import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const FOLDER = 'dist/web';
const MOST = 150_000;

describe('what the page weighs', () => {
  const files = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

  it('is below 150 kB in all, compressed', () => {
    const weight = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
    expect(weight).toBeLessThan(MOST);
  });

  it('has nothing inline, names its assets by what is in them, and needs no other host', () => {
    const html = readFileSync(join(FOLDER, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<style|<script(?![^>]* src=)|\son\w+=|style=/i);
    const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(2);
    for (const path of named) expect(path).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.(js|css|svg)$/);
  });

  it('takes no text for markup or code', () => {
    for (const file of files.filter((name) => name.endsWith('.js')))
      expect(readFileSync(file, 'utf8'), file).not.toMatch(
        /insertAdjacentHTML|document\.write|\beval\(|new Function|outerHTML/,
      );
    const sources = readdirSync('src/web', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    for (const name of sources)
      expect(readFileSync(join('src/web', name), 'utf8'), name).not.toMatch(/innerHTML|dangerouslySet/i);
  });
});
