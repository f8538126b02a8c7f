import { describe } from 'vitest';
import { findTool } from './test-tools.js';

/** A suite that needs programs: skipped without them (report-absent-tools.ts names them), an error in CI. */
export function describeWithTools(name: string, programs: readonly string[], suite: () => void): void {
  const missing = programs.filter((program) => findTool(program) === null);
  if (missing.length === 0) {
    describe(name, suite);
    return;
  }
  if (process.env.CI === 'true') {
    throw new Error(`${name}: needs ${missing.join(', ')}; run scripts/install-test-tools.sh`);
  }
  describe.skip(`${name} (needs ${missing.join(', ')})`, suite);
}
