// The SigmaHQ rules and their regression events, when ../shared is there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { readRuleFiles } from '../../dist/config/rule-files.js';

const SHARED = process.env.VEDETTE_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared');
const ARCHIVE = join(SHARED, 'corpus', 'sigmahq-rules.tar.xz');

export const REGRESSION = join(SHARED, 'corpus', 'sigma-regression.jsonl');

/** What `use` returns or resolves with, given the folder of the unpacked rules; null, with a word why, when they are not there. */
export async function withSigmaHq(use) {
  if (!existsSync(ARCHIVE)) {
    console.log(`no SigmaHQ lanes: ${ARCHIVE} is not there`);
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    execFileSync('tar', ['-xf', ARCHIVE, '-C', folder]);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The rule files, paths relative to the folder. */
export function sigmaHqFiles(folder) {
  return readRuleFiles([folder]).files.map(({ path, text }) => ({ path: relative(folder, path), text }));
}
