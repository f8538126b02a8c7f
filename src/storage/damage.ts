/** Whether SQLite says that the file is not what it wrote. */
export function isDamage(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB');
}

const MOVE_AWAY = 'Restore it from a backup, or move it and its -wal and -shm away:';

/** What to do about a damaged one, and what that costs, by the name of the file in data_dir. */
export const WHEN_DAMAGED = {
  'state.db': `${MOVE_AWAY} alerts are raised again from the event log, under the ids they had; files are read and sinks told from the start.`,
  'desk.db': `${MOVE_AWAY} what people said, silences, switched rules and tokens are lost, nothing else.`,
} as const;
