import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, test } from 'vitest';

/** The folder with corpora and schemas that lies beside a checkout; a plain clone may lack it. */
const SHARED = resolve(process.env.VEDETTE_SHARED ?? '../shared');

export function sharedPath(...parts: string[]): string {
  return join(SHARED, ...parts);
}

export function readJsonLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** A suite over the shared folder: skipped with a printed reason without it, an error in CI. */
export function describeShared(name: string, suite: () => void): void {
  if (existsSync(SHARED)) {
    describe(name, suite);
    return;
  }
  if (process.env.CI === 'true')
    throw new Error(`${name}: ${SHARED} is missing; CI needs it (VEDETTE_SHARED).`);
  console.warn(`Skipped "${name}": ${SHARED} is missing. Set VEDETTE_SHARED to run it.`);
  // The suite itself reads the folder as it is collected, also when it is to be skipped.
  describe.skip(name, () => test('needs the shared folder', () => {}));
}
