import { StringDecoder } from 'node:string_decoder';
import { stdoutFile } from '../telemetry/stdout-file.js';
import { jsonForTerminal } from '../telemetry/visible.js';

/** What a command may use of the outside, so that tests can drive it. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Data. */
  readonly out: (text: string) => void;
  /** Resolves when what was given to `out` has left; rejects with why it could not. */
  readonly finish: () => Promise<void>;
  /** Messages for people. */
  readonly err: (text: string) => void;
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
  readonly colour: boolean;
  /** Columns of the terminal; Infinity when there is none: piped text is not cut. */
  readonly width: number;
  /** Standard input, in blocks as they come. */
  readonly stdin: () => AsyncIterable<Buffer>;
}

/** Exit codes (DESIGN: command line and config are interfaces). */
export const EXIT = { done: 0, findings: 1, usage: 2, internal: 70, io: 74, config: 78 } as const;

/** A command's failure in words for the person; printed as one line. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** Nobody reads our output any more (EPIPE, as with `| head -1`): a reason to end, not a failure. */
export class OutputClosed extends Error {}

export function processIo(): CliIo {
  const outIsTty = process.stdout.isTTY === true;
  let failure: NodeJS.ErrnoException | null = null;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    failure ??= error.code === 'EPIPE' ? new OutputClosed() : error;
  });
  const file = stdoutFile();
  let hasWritten = false;
  const write = (text: string): void => {
    if (failure !== null) throw failure;
    hasWritten = true;
    if (file !== null) file(text);
    else process.stdout.write(outIsTty ? jsonForTerminal(text) : text);
  };
  return {
    env: process.env,
    cwd: process.cwd(),
    out: write,
    finish: () =>
      new Promise((resolve, reject) => {
        // The daemon waits for its own lines, for as long as it may: a reader that does not read must not keep it from ending.
        if (failure === null && !hasWritten) resolve();
        else process.stdout.write('', () => (failure === null ? resolve() : reject(failure)));
      }),
    err: (text) => process.stderr.write(text),
    outIsTty,
    errIsTty: process.stderr.isTTY === true,
    colour: outIsTty && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    width: outIsTty ? (process.stdout.columns ?? 100) : Number.POSITIVE_INFINITY,
    stdin: () => process.stdin,
  };
}

/** Lines of text. Records, whose bytes matter, are read as a file's are (`logLines`). */
export async function* textLines(blocks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const block of blocks) {
    const text = decoder.write(block);
    // Looking through the rest again for each block would take the square of a long line.
    if (!text.includes('\n')) {
      rest += text;
      continue;
    }
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield withoutCr(line);
  }
  rest += decoder.end();
  if (rest !== '') yield withoutCr(rest);
}

function withoutCr(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
