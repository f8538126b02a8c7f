import type { CliIo } from '../../src/cli/io.js';
import { runCli } from '../../src/cli/program.js';

export interface CliRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** One command line in this process; a pipe unless `io` says otherwise. `stdin`: its lines, or blocks of bytes. */
export async function runCommand(
  argv: readonly string[],
  {
    stdin = [],
    ...io
  }: Partial<Omit<CliIo, 'stdin'>> & { readonly stdin?: readonly (string | Buffer)[] } = {},
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
    ...io,
    stdin: async function* () {
      for (const text of stdin) yield typeof text === 'string' ? Buffer.from(`${text}\n`) : text;
    },
  });
  return { code, out, err };
}

export function jsonLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
