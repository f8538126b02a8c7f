import type { Session } from './host-sessions.js';

const NONE: readonly Session[] = [];

/** Sessions of a host by user and by process id, so that of hundreds only those are looked at that may be meant. */
export class SessionIndex {
  readonly #ofUser = new Map<string | null, Session[]>();
  readonly #ofProcess = new Map<number, Session[]>();

  /** @param sessions in order of opening */
  constructor(sessions: readonly Session[]) {
    for (const session of sessions) this.add(session);
  }

  /** Adds the session that was opened last. */
  add(session: Session): void {
    append(this.#ofUser, session.user, session);
    if (session.pid !== null) append(this.#ofProcess, session.pid, session);
  }

  /** The process id of a session has become known. */
  addProcess(session: Session, pid: number): void {
    append(this.#ofProcess, pid, session);
  }

  remove(session: Session): void {
    take(this.#ofUser, session.user, session);
    if (session.pid !== null) take(this.#ofProcess, session.pid, session);
  }

  /** In order of opening. */
  ofUser(user: string | null): readonly Session[] {
    return this.#ofUser.get(user) ?? NONE;
  }

  /** In any order. */
  ofProcess(pid: number): readonly Session[] {
    return this.#ofProcess.get(pid) ?? NONE;
  }
}

function append<K>(lists: Map<K, Session[]>, key: K, session: Session): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [session]);
  else list.push(session);
}

function take<K>(lists: Map<K, Session[]>, key: K, session: Session): void {
  const list = lists.get(key)!;
  if (list.length === 1) lists.delete(key);
  else list.splice(list.indexOf(session), 1);
}
