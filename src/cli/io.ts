import { createInterface } from 'node:readline';
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
  readonly stdinLines: () => AsyncIterable<string>;
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
  const write = (text: string): void => {
    if (failure !== null) throw failure;
    process.stdout.write(outIsTty ? jsonForTerminal(text) : text);
  };
  return {
    env: process.env,
    cwd: process.cwd(),
    out: write,
    finish: () =>
      new Promise((resolve, reject) => {
        process.stdout.write('', () => (failure === null ? resolve() : reject(failure)));
      }),
    err: (text) => process.stderr.write(text),
    outIsTty,
    errIsTty: process.stderr.isTTY === true,
    colour: outIsTty && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    width: outIsTty ? (process.stdout.columns ?? 100) : Number.POSITIVE_INFINITY,
    stdinLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  };
}
