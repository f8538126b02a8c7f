import { jsonForTerminal } from '../telemetry/visible.js';

/**
 * The process's stdout as a destination of data. One writer for everything, so that lines never mix, and every
 * write waits until the pipe took it: a slow reader slows us down instead of filling memory.
 */
export class Stdout {
  #tail: Promise<void> = Promise.resolve();
  #closed = false;
  readonly #onClosed: () => void;

  /** `onClosed`: the reader went away (EPIPE); called once. */
  constructor(onClosed: () => void) {
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
    return new Promise((resolve) => {
      process.stdout.write(process.stdout.isTTY ? jsonForTerminal(asText(data)) : data, (error) => {
        if (error) this.#fail(error);
        resolve(!error);
      });
    });
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#closed) return;
    this.#closed = true;
    if (error.code !== 'EPIPE') process.stderr.write(`stdout failed: ${error.message}\n`);
    this.#onClosed();
  }
}

function asText(data: string | Uint8Array): string {
  return typeof data === 'string' ? data : Buffer.from(data).toString();
}
