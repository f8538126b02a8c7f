import { findTool, TOOLS } from './test-tools.js';

/** Run by vitest when all is over: which tests did not run, in the last line of the output. */
export function teardown(): void {
  const absent = TOOLS.filter((program) => findTool(program) === null);
  if (absent.length === 0) return;
  process.stderr.write(
    `Not run: the tests that need ${absent.join(', ')}. To run them: scripts/install-test-tools.sh\n`,
  );
}
