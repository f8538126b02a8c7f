import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { RawBatch } from '../model/raw-chunk.js';
import { errorCode, reason } from './address.js';
import { PipeReader } from './pipe-reader.js';
import { commonOptions, defineSource, type Source, type SourceContext, SourceError } from './source.js';

const optionsSchema = z.strictObject({
  type: z.literal('journald'),
  ...commonOptions,
  /** Of the JSON: a message with one control character comes as a list of numbers, some five characters a byte. */
  max_message: commonOptions.max_message.removeDefault().default(1024 ** 2),
  format: commonOptions.format.removeDefault().default('journald'),
  /** Only these units; empty = the whole journal. */
  units: z.array(z.string().min(1)).default([]),
  /** Journal files of another machine or container instead of this machine's. */
  directory: z.string().min(1).optional(),
  /** Where to begin the first time, as `journalctl --since` takes it; default: now. */
  since: z.string().min(1).optional(),
  /** The journalctl to run. */
  command: z.string().min(1).default('journalctl'),
});

type Options = z.output<typeof optionsSchema>;

export const journald = defineSource({
  type: 'journald',
  summary: 'The systemd journal, by journalctl; goes on after a restart where it stopped.',
  options: optionsSchema,
  create: (options, context) => new Journald(options, context),
});

const CURSOR_KEY = 'journal';
const LF = 10;
const KEPT_STDERR = 2048;

class Journald implements Source {
  readonly done: Promise<void>;
  readonly #options: Options;
  readonly #context: SourceContext;
  #child: ChildProcessByStdio<null, Readable, Readable> | null = null;
  #closed: Promise<void> = Promise.resolve();
  #stopping = false;
  #complaint = '';
  #fail: (error: SourceError) => void = () => {};

  constructor(options: Options, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.done = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.done.catch(() => {});
  }

  async start(): Promise<void> {
    const { command } = this.#options;
    const child = spawn(command, journalctlArguments(this.#options, this.#context.cursors.get(CURSOR_KEY)), {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.on('error', (cause) => reject(startError(command, cause)));
    });
    this.#child = child;
    child.stderr.on('data', (text: Buffer) => {
      this.#complaint = (this.#complaint + text.toString('utf8')).slice(-KEPT_STDERR);
    });
    const reader = new PipeReader(
      child.stdout,
      { transport: 'journald', maxMessage: this.#options.max_message, complete: withCursor },
      this.#context,
    );
    this.#closed = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        // A line that was cut by the end of the process comes again, whole, after the cursor.
        reader.finish({ partial: false });
        resolve();
        if (!this.#stopping) this.#fail(this.#died(code ?? signal));
      });
    });
  }

  /** The journal keeps what was not read; the cursor brings it back. */
  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), Math.max(0, deadline - this.#context.now()));
    await this.#closed;
    clearTimeout(timer);
  }

  describe(): string {
    const { directory, units } = this.#options;
    return `journal${directory === undefined ? '' : ` ${directory}`}${units.length === 0 ? '' : ` (${units.join(', ')})`}`;
  }

  stats(): Record<string, number> {
    return {};
  }

  #died(how: number | string | null): SourceError {
    const said = this.#complaint.trim().split('\n').at(-1);
    const why = said === undefined || said === '' ? '' : `: ${said}`;
    return new SourceError(`${this.#options.command} ended (${how})${why}`, { retryable: true });
  }
}

/**
 * `--all`, or else fields above 4 KiB come as null. `--merge`, or else `--follow` means the current boot alone, and what
 * was written before a reboot is never read.
 */
function journalctlArguments(options: Options, cursor: string | undefined): string[] {
  const args = ['--follow', '--merge', '--output=json', '--all', '--no-pager', '--quiet'];
  if (cursor !== undefined) args.push('--no-tail', `--after-cursor=${cursor}`);
  else if (options.since !== undefined) args.push('--no-tail', `--since=${options.since}`);
  else args.push('--lines=0');
  if (options.directory !== undefined) args.push(`--directory=${options.directory}`);
  return [...args, ...options.units.map((unit) => `--unit=${unit}`)];
}

function startError(command: string, cause: unknown): SourceError {
  const missing = errorCode(cause) === 'ENOENT';
  const message = missing
    ? `${command} was not found; journald needs systemd, or the path of journalctl as command`
    : `cannot run ${command}: ${reason(cause)}`;
  return new SourceError(message, { retryable: !missing, cause });
}

/** The batch with the cursor of its last entry; without one when that entry is not whole JSON. */
function withCursor(batch: RawBatch): RawBatch {
  const { bytes } = batch;
  const start = bytes.length < 2 ? 0 : bytes.lastIndexOf(LF, bytes.length - 2) + 1;
  try {
    const entry: unknown = JSON.parse(Buffer.from(bytes.buffer, start).toString('utf8'));
    const value = (entry as { readonly __CURSOR?: unknown } | null)?.__CURSOR;
    return typeof value === 'string' ? { ...batch, cursor: { key: CURSOR_KEY, value } } : batch;
  } catch {
    return batch;
  }
}
