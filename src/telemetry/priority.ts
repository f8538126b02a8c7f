import { constants, setPriority } from 'node:os';

/**
 * Who receives and detects goes first from now on, before the calling thread and those that it starts. Elsewhere than on
 * Linux a priority is the whole process's: there all stay equal.
 */
export function stepBack(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // A sandbox may not let us: then not.
  }
}
