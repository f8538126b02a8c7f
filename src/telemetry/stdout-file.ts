import { fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';

const STDOUT = 1;

/**
 * Writes to standard output where that is a file; null where it is a pipe, a socket or a terminal. Node's own stream takes
 * for written what a full disk took the beginning of, and tells of no other fault before the program has ended.
 */
export function stdoutFile(): ((data: string | Uint8Array) => void) | null {
  if (isatty(STDOUT)) return null;
  const stat = fstatSync(STDOUT);
  if (!stat.isFile() && !stat.isCharacterDevice()) return null;
  return (data) => {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
  };
}
