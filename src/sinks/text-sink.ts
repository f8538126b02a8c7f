import type { Change } from '../model/change.js';
import { DeliveryError, type Sink } from './sink.js';

/**
 * A sink whose lines cannot be taken back: at least once. After a crash the last lines may come again; (id,
 * revision) tells repeats.
 */
export function createTextSink(
  write: (text: string) => Promise<void>,
  toText: (change: Change) => string,
): Sink {
  return {
    open: async () => {},
    async deliver(items) {
      await write(items.map(({ change }) => toText(change)).join('')).catch((cause: unknown) => {
        throw new DeliveryError(`standard output failed: ${(cause as Error).message}`, {
          retryable: true,
          // The reader went away, as `| head` does: the daemon ends because of it.
          handled: true,
          cause,
        });
      });
      return null;
    },
    reopen: async () => {},
    close: async () => {},
  };
}
