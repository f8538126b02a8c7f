import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NORMALIZERS } from '../../src/normalizers/registry.js';

const page = readFileSync(new URL('../../docs/reference/normalizers.md', import.meta.url), 'utf8');

test('docs/reference/normalizers.md has a row for each normalizer, with its summary, programs and formats', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| '));
  const code = (words: readonly string[] = []) => words.map((word) => `\`${word}\``).join(' ');
  for (const { name, summary, programs, formats } of NORMALIZERS) {
    const start = `| ${name} | ${summary} | ${code(programs)} | ${code(formats)} | `;
    expect(
      rows.filter((row) => row.startsWith(start)),
      start,
    ).toHaveLength(1);
  }
});
