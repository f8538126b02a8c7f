import type { FromKeeper } from '../protocol.js';
import { ClearError } from '../telemetry/outside-fault.js';

/** Standard output, which main has: each text is sent there and waited for. */
export class StdoutLink {
  readonly #post: (message: FromKeeper) => void;
  readonly #waiting = new Map<number, (ok: boolean) => void>();
  #id = 0;

  constructor(post: (message: FromKeeper) => void) {
    this.#post = post;
  }

  write(text: string): Promise<void> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (ok) => (ok ? resolve() : reject(new ClearError('stdout is closed'))));
      this.#post({ type: 'stdout', id, text });
    });
  }

  taken(id: number, ok: boolean): void {
    this.#waiting.get(id)?.(ok);
    this.#waiting.delete(id);
  }
}
