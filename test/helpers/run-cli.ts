import type { CliIo } from '../../src/cli/io.js';
import { runCli } from '../../src/cli/program.js';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One command line in this process; a pipe unless `io` says otherwise. */
export async function runCommand(
  argv: readonly string[],
  io: Partial<CliIo> & { readonly stdin?: readonly string[] } = {},
): Promise<CliRun> {
  let out = '';
  let err = '';
  const code = await runCli(argv, {
    env: {},
    cwd: '/nonexistent',
    out: (text) => {
      out += text;
    },
    finish: async () => {},
    err: (text) => {
      err += text;
    },
    outIsTty: false,
    errIsTty: false,
    colour: false,
    width: Number.POSITIVE_INFINITY,
    stdinLines: async function* () {
      yield* io.stdin ?? [];
    },
    ...io,
  });
  return { code, out, err };
}

export function jsonLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
