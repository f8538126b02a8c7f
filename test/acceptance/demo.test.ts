import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../helpers/temporary-folder.js';

const README = new URL('../../README.md', import.meta.url);

it('the demo ends as the README shows, and leaves nothing behind', async () => {
  const TMPDIR = temporaryFolder();
  const { stdout } = await promisify(execFile)('./demo.sh', {
    env: { ...process.env, TMPDIR, NO_COLOR: '1' },
  });
  expect(readdirSync(TMPDIR)).toEqual([]);

  const [, shown = ''] = /It ends like this:\n\n```\n([\s\S]*?)```/.exec(readFileSync(README, 'utf8')) ?? [];
  const told = linesOf(stdout);
  const untold = linesOf(shown).filter((line) =>
    line.endsWith('…') ? !told.some((one) => one.startsWith(line.slice(0, -1))) : !told.includes(line),
  );
  expect(untold).toEqual([]);
  expect(linesOf(shown).length).toBeGreaterThan(12);
});

/** Without what changes from day to day. */
function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replaceAll(/(?:[A-Z][a-z]{2} [ \d]\d|\d{4}-\d\d-\d\d) (?=\d\d:)/g, '')
        .replaceAll(/\d\d:\d\d:\d\d/g, 'TIME'),
    )
    .filter((line) => line !== '');
}
