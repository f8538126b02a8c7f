import { closeSync, openSync, readFileSync } from 'node:fs';

/** Left to the event log, searches, the page and sinks; a new thread, as for each reload, opens all of its modules at once. */
const RESERVE = 256;

/** How many files, sockets among them, a process may have open; null = the system does not say (not Linux), or there is no limit. */
export function openFilesLimit(pid: number | 'self'): number | null {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'latin1')) ?? [];
    return limit === undefined ? null : Number(limit);
  } catch {
    return null;
  }
}

/** How many of them connections of sources may take, together with what is open besides. */
export function roomForConnections(limit: number): number {
  return limit - Math.min(RESERVE, Math.floor(limit / 2));
}

/** Whether one more connection leaves enough to the rest of the process. */
export function hasRoomForConnection(limit: number): boolean {
  try {
    // The kernel gives the lowest number that is free: all below it are in use.
    const next = openSync('/dev/null', 'r');
    closeSync(next);
    return next <= roomForConnections(limit);
  } catch (error) {
    // Where there is no /dev/null, the limit is the kernel's to keep.
    return !['EMFILE', 'ENFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}
