import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSamples, type Samples } from '../../src/cli/rules/samples.js';

/** Samples of a shipped rule file, by title; null when there are none. */
export function shippedSamples(ruleFile: string): ReadonlyMap<string, Samples> | null {
  const path = join(import.meta.dirname, '../fixtures', ruleFile);
  return existsSync(path) ? readSamples(readFileSync(path, 'utf8')) : null;
}
