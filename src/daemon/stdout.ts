import { faultLine } from '../telemetry/outside-fault.js';
import { stdoutFile } from '../telemetry/stdout-file.js';
import { jsonForTerminal } from '../telemetry/visible.js';

/**
 * The process's stdout as a destination of data. One writer for everything, so that lines never mix, and every
 * write waits until the pipe took it: a slow reader slows us down instead of filling memory.
 */
export class Stdout {
  #tail: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #file = stdoutFile();
  readonly #onClosed: (exitCode: number) => void;

  /** `onClosed`: the reader went away (EPIPE, 0), or it takes nothing any more (74); called once. */
  constructor(onClosed: (exitCode: number) => void) {
    this.#onClosed = onClosed;
    process.stdout.on('error', (error: NodeJS.ErrnoException) => this.#fail(error));
  }

  /** Resolves true when taken, false when there is nobody to take it any more. */
  write(data: string | Uint8Array): Promise<boolean> {
    const done = this.#tail.then(() => this.#writeNow(data));
    this.#tail = done.then(() => undefined);
    return done;
  }

  get closed(): boolean {
    return this.#closed;
  }

  #writeNow(data: string | Uint8Array): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    if (this.#file !== null) return Promise.resolve(this.#writeFile(this.#file, data));
    return new Promise((resolve) => {
      process.stdout.write(process.stdout.isTTY ? jsonForTerminal(asText(data)) : data, (error) => {
        if (error) this.#fail(error);
        resolve(!error);
      });
    });
  }

  #writeFile(write: (data: string | Uint8Array) => void, data: string | Uint8Array): boolean {
    try {
      write(data);
      return true;
    } catch (error) {
      this.#fail(error as NodeJS.ErrnoException);
      return false;
    }
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#closed) return;
    this.#closed = true;
    const isGone = error.code === 'EPIPE';
    if (!isGone) process.stderr.write(`stdout failed: ${faultLine(error)}\n`);
    this.#onClosed(isGone ? 0 : 74);
  }
}

function asText(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString();
}
