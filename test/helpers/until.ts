import { setTimeout as pause } from 'node:timers/promises';

/** Polls until `holds` is true. Fails with `what` after `timeoutMs`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string | (() => string),
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${timeoutMs} ms: ${typeof what === 'string' ? what : what()}`);
    }
    await pause(5);
  }
}
