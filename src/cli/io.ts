import { createInterface } from 'node:readline';

/** What a command may use of the outside, so that tests can drive it. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Data. */
  readonly out: (text: string) => void;
  /** Messages for people. */
  readonly err: (text: string) => void;
  readonly outIsTty: boolean;
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

export function processIo(): CliIo {
  const outIsTty = process.stdout.isTTY === true;
  return {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    outIsTty,
    colour: outIsTty && !process.env.NO_COLOR && process.env.TERM !== 'dumb',
    width: outIsTty ? (process.stdout.columns ?? 100) : Number.POSITIVE_INFINITY,
    stdinLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  };
}
