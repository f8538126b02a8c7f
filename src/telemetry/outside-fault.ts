/**
 * An error whose message is the one clear line that a person needs. It is logged without a stack, unless what caused it is
 * a fault of ours.
 */
export class ClearError extends Error {
  /** Not the class: an error that comes from another thread has lost it. */
  readonly isClear = true;
}

/** What the log says of a fault of the world outside. */
export interface OutsideFault {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  /** What to do, where the message does not say it. */
  readonly fix?: string;
}

/** A full disk, a missing right, a name that does not resolve: what a stack says nothing of. Null = anything else. */
export function outsideFault(error: unknown): OutsideFault | null {
  if (!(error instanceof Error)) return null;
  const { message, code, isClear, cause } = error as Coded;
  const type = error.constructor.name === 'Error' ? error.name : error.constructor.name;
  if (isClear === true) {
    return isOurs(cause) ? null : { type, message };
  }
  const remedy = remedyOf(error);
  return remedy === null ? null : { type, code: code!, message, fix: remedy.fix };
}

/** Its message, and what to do where that is known. */
export function faultLine(error: Error): string {
  const fix = outsideFault(error)?.fix;
  // Of an address that was tried in both families Node says nothing but the code.
  const message = error.message || ((error as Coded).code ?? error.name);
  return fix === undefined ? message : `${message}. ${fix}`;
}

/**
 * What `work` gives. A fault of the world outside that it meets names the file, which SQLite does not.
 *
 * @param whenDamaged what to do then, besides looking at the disk
 */
export function ofFile<T>(path: string, work: () => T, whenDamaged?: string): T {
  try {
    return work();
  } catch (error) {
    const remedy = error instanceof Error ? remedyOf(error) : null;
    if (remedy === null) throw error;
    const more = remedy === DAMAGED && whenDamaged !== undefined ? ` ${whenDamaged}` : '';
    throw new ClearError(`${path}: ${outsideReason(error)}${more}`, { cause: error });
  }
}

/** `reason (CODE). What to do.`, in words that need no manual; the error's own where there are none. */
export function outsideReason(error: unknown): string {
  const remedy = error instanceof Error ? remedyOf(error) : null;
  if (remedy !== null) return `${remedy.reason} (${(error as Coded).code}). ${remedy.fix}`;
  return error instanceof Error ? error.message : String(error);
}

/** Node's own complaints of an argument have codes too, and are TypeErrors and RangeErrors. */
function isOurs(cause: unknown): boolean {
  if (!(cause instanceof Error) || (cause as Coded).isClear === true) return false;
  if (cause.cause instanceof Error) return isOurs(cause.cause);
  return (
    typeof (cause as Coded).code !== 'string' || cause instanceof TypeError || cause instanceof RangeError
  );
}

interface Coded extends Error {
  readonly code?: string;
  readonly syscall?: string;
  readonly isClear?: boolean;
}

interface Remedy {
  readonly reason: string;
  readonly fix: string;
}

function remedyOf({ code, syscall }: Coded): Remedy | null {
  if (typeof code !== 'string') return null;
  if (syscall === 'watch' && (code === 'ENOSPC' || code === 'EMFILE')) return TOO_MANY_WATCHED;
  // SQLite's extended codes: SQLITE_IOERR_WRITE is a SQLITE_IOERR.
  const family = code.startsWith('SQLITE_') ? code.split('_', 2).join('_') : code;
  return REMEDIES.get(family) ?? null;
}

const TOO_MANY_WATCHED: Remedy = {
  reason: 'no more files can be watched',
  fix: 'Raise fs.inotify.max_user_watches and fs.inotify.max_user_instances (sysctl).',
};
const FULL: Remedy = { reason: 'no room is left on the disk', fix: 'Make room on that disk.' };
const FORBIDDEN: Remedy = {
  reason: 'this user may not do that',
  fix: 'Give the user that vedette runs as the right to it.',
};
const READ_ONLY: Remedy = {
  reason: 'the file system is read-only',
  fix: 'Mount it writable, or name another place.',
};
const FAILING: Remedy = {
  reason: 'the disk or network share fails',
  fix: 'Look at that disk or share (dmesg says more).',
};
const DAMAGED: Remedy = {
  reason: 'the file is damaged',
  fix: 'Look at the disk, and at what else writes there.',
};
const TOO_MANY_OPEN: Remedy = {
  reason: 'too many files are open',
  fix: 'Raise the limit of open files (LimitNOFILE, ulimit -n).',
};
const UNREACHABLE: Remedy = {
  reason: 'it cannot be reached',
  fix: 'Look whether it runs and the network lets it be reached.',
};
const UNRESOLVED: Remedy = { reason: 'the name has no address', fix: 'Look at the name, and at DNS.' };

/** What is expected to happen in the life of a daemon. What a fault of ours would give, as EBADF or EINVAL, is not here. */
const REMEDIES: ReadonlyMap<string, Remedy> = new Map<string, Remedy>([
  ['ENOSPC', FULL],
  ['SQLITE_FULL', FULL],
  ['EDQUOT', { reason: 'the quota is used up', fix: 'Raise the quota, or make room.' }],
  [
    'EFBIG',
    {
      reason: 'the file is as large as one may be there',
      fix: 'Move it away, or raise the limit (ulimit -f).',
    },
  ],
  ['EACCES', FORBIDDEN],
  ['EPERM', FORBIDDEN],
  ['SQLITE_PERM', FORBIDDEN],
  ['EROFS', READ_ONLY],
  [
    'SQLITE_READONLY',
    {
      reason: 'this user may not write there',
      fix: 'Look who owns the file, and whether its file system is read-only.',
    },
  ],
  [
    'SQLITE_CANTOPEN',
    { reason: 'it cannot be opened', fix: 'Look whether the folder is there, and who owns it.' },
  ],
  [
    'ENOTDIR',
    { reason: 'what stands above it is not a folder', fix: 'Move that file away, or name another place.' },
  ],
  ['EISDIR', { reason: 'it is a folder', fix: 'Move it away, or name another file.' }],
  ['EEXIST', { reason: 'a file stands in its place', fix: 'Move that file away, or name another place.' }],
  ['ENOENT', { reason: 'there is no such file or folder', fix: 'Make it, or name another.' }],
  ['ELOOP', { reason: 'its links lead in a circle', fix: 'Mend the links, or name another place.' }],
  ['ENAMETOOLONG', { reason: 'its name is too long', fix: 'Name another place.' }],
  ['EIO', FAILING],
  ['SQLITE_IOERR', FAILING],
  ['ESTALE', FAILING],
  ['ENODEV', FAILING],
  ['ENXIO', FAILING],
  ['ENOTCONN', FAILING],
  ['EHOSTDOWN', FAILING],
  ['SQLITE_CORRUPT', DAMAGED],
  ['SQLITE_NOTADB', DAMAGED],
  ['Z_DATA_ERROR', DAMAGED],
  ['Z_BUF_ERROR', DAMAGED],
  [
    'SQLITE_BUSY',
    { reason: 'another program holds it', fix: 'End the other program that has the file open.' },
  ],
  [
    'SQLITE_LOCKED',
    { reason: 'another program holds it', fix: 'End the other program that has the file open.' },
  ],
  ['EMFILE', TOO_MANY_OPEN],
  ['ENFILE', TOO_MANY_OPEN],
  ['ENOMEM', { reason: 'there is no memory left', fix: 'Give it more memory, or the others less.' }],
  [
    'EADDRINUSE',
    { reason: 'another program listens there', fix: 'End the other program, or listen elsewhere.' },
  ],
  [
    'EADDRNOTAVAIL',
    {
      reason: 'this machine has no such address',
      fix: 'Listen on 0.0.0.0, or on an address of this machine.',
    },
  ],
  ['ENOTFOUND', UNRESOLVED],
  ['EAI_AGAIN', UNRESOLVED],
  ['ECONNREFUSED', UNREACHABLE],
  ['ECONNRESET', UNREACHABLE],
  ['EHOSTUNREACH', UNREACHABLE],
  ['ENETUNREACH', UNREACHABLE],
  ['ENETDOWN', UNREACHABLE],
  ['ETIMEDOUT', UNREACHABLE],
  ['EPIPE', { reason: 'nobody reads it any more', fix: 'Look at what should read it.' }],
]);
