import type { SessionSignal, Subject } from '../model/signal.js';
import type { Attribution } from './sessions.js';

/** A session that is open on a host. Plain data: this is what a snapshot holds. */
export interface Session {
  readonly number: number;
  readonly kind: 'login' | 'elevated';
  /** Whose rights it has: the account logged in to, or the target of sudo and su. */
  readonly user: string | null;
  readonly program: string | null;
  /** Number of the login that an elevated session was started from, when that is certain. */
  readonly parent: number | null;
  readonly openedAt: number;
  /** Null = a local login, or a sudo whose login is not known. */
  sourceIp: string | null;
  pid: number | null;
  tty: string | null;
  sessionId: string | null;
}

/** Programs that only root can use to any effect, so that any open root session may be the one. */
const ROOT_ONLY: ReadonlySet<string> = new Set([
  'useradd',
  'usermod',
  'userdel',
  'adduser',
  'deluser',
  'groupadd',
  'groupmod',
  'groupdel',
  'addgroup',
  'delgroup',
  'passwd',
  'chpasswd',
  'chage',
  'newusers',
  'gpasswd',
  'visudo',
  'crontab',
]);

/** Programs whose PAM sessions nobody logged in to: jobs and user managers. */
const NOT_A_LOGIN: ReadonlySet<string> = new Set([
  'cron',
  'crond',
  'atd',
  'systemd',
  'systemd-user',
  'runuser',
]);

/** Two signals without a source address belong to one login when they are at most this far apart, ms. */
const SAME_LOGIN_MS = 60_000;

/** One way to tell that an event belongs to a session. */
interface Link {
  /** Whether the event has what this link goes by. */
  isKnown(subject: Subject): boolean;
  joins(session: Session, subject: Subject): boolean;
}

/** Surest first. A process id links only to the same program: ids come again within a day. */
const LINKS: readonly Link[] = [
  {
    isKnown: ({ sessionId }) => sessionId !== null,
    joins: (session, { sessionId }) => session.sessionId === sessionId,
  },
  { isKnown: ({ pid }) => pid !== null, joins: hasProcess },
  {
    isKnown: ({ tty }) => tty !== null,
    joins: (session, { tty, user }) => session.tty === tty && (user === null || session.user === user),
  },
  { isKnown: ({ user }) => user !== null, joins: (session, { user }) => session.user === user },
];

const ROOT_SESSION: Link = { isKnown: mayBeRoot, joins: ({ user }) => user === 'root' };
const NONE: readonly Session[] = [];

/** The open sessions of one host. */
export class HostSessions {
  /** In order of opening. */
  #sessions: Session[];
  /** Of `sourceOf`, until something changes. */
  #answers: WeakMap<Subject, Attribution | null> | null = null;
  /** Times of the first and last opening, ms. */
  #opened = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

  constructor(sessions: readonly Session[] = []) {
    this.#sessions = sessions.map((session) => ({ ...session }));
    this.#changed();
  }

  get size(): number {
    return this.#sessions.length;
  }

  /** Adds the session, or what the signal says beyond an earlier one of the same session. True = added. */
  open({ session: kind, subject, time }: SessionSignal, number: number): boolean {
    if (kind === 'login' && NOT_A_LOGIN.has(subject.program?.toLowerCase() ?? '')) return false;
    const user = kind === 'elevated' ? (subject.targetUser ?? 'root') : subject.user;
    const known = this.#sessions.findLast((session) => isSameSession(session, kind, user, subject, time));
    if (known !== undefined) {
      known.sourceIp ??= subject.sourceIp;
      known.pid ??= subject.pid;
      known.tty ??= subject.tty;
      known.sessionId ??= subject.sessionId;
      this.#changed();
      return false;
    }
    // A process id that comes again proves that its former owner is gone.
    this.#remove(this.#sessions.filter((session) => hasProcess(session, subject)));
    const parents = kind === 'elevated' ? this.#linked(subject, Number.NEGATIVE_INFINITY, time) : [];
    this.#sessions.push({
      number,
      kind,
      user,
      program: subject.program,
      parent: parents.length === 1 ? parents[0]!.number : null,
      openedAt: time,
      sourceIp: subject.sourceIp ?? commonSource(parents),
      pid: subject.pid,
      tty: subject.tty,
      sessionId: subject.sessionId,
    });
    this.#answers = null;
    const { from, to } = this.#opened;
    this.#opened = { from: Math.min(from, time), to: Math.max(to, time) };
    return true;
  }

  /** Removes the session that the signal closes, and those started from it. When in doubt nothing is removed. */
  close({ session: kind, subject }: SessionSignal): void {
    const sure = this.#surelyClosed(kind, subject);
    this.#remove(sure.length > 0 ? sure : likelyClosed(this.#sessions, kind, subject));
  }

  /** Forgets the sessions opened before `oldest` (ms). */
  expire(oldest: number): void {
    if (this.#opened.from >= oldest) return;
    this.#sessions = this.#sessions.filter(({ openedAt }) => openedAt >= oldest);
    this.#changed();
  }

  dropOldest(): void {
    this.#sessions.shift();
    this.#changed();
  }

  /** The source of an event at `time`, among sessions opened since `oldest` (ms); null unless it is certain. */
  sourceOf(subject: Subject, oldest: number, time: number): Attribution | null {
    // When no session is too old or yet to open, the answer is the same for all hits that share the subject.
    const { from, to } = this.#opened;
    if (from < oldest || to > time) return this.#search(subject, oldest, time);
    this.#answers ??= new WeakMap();
    let answer = this.#answers.get(subject);
    if (answer === undefined) {
      answer = this.#search(subject, oldest, time);
      this.#answers.set(subject, answer);
    }
    return answer;
  }

  snapshot(): Session[] {
    return this.#sessions.map((session) => ({ ...session }));
  }

  #search(subject: Subject, oldest: number, time: number): Attribution | null {
    const linked = this.#linked(subject, oldest, time);
    const candidates =
      linked.length === 0 && ROOT_SESSION.isKnown(subject)
        ? this.#matching(ROOT_SESSION, subject, oldest, time)
        : linked;
    const sourceIp = commonSource(candidates);
    return sourceIp === null ? null : { sourceIp };
  }

  /** After every change. */
  #changed(): void {
    this.#answers = null;
    let from = Number.POSITIVE_INFINITY;
    let to = Number.NEGATIVE_INFINITY;
    for (const { openedAt } of this.#sessions) {
      if (openedAt < from) from = openedAt;
      if (openedAt > to) to = openedAt;
    }
    this.#opened = { from, to };
  }

  /** Sessions the subject may belong to, by the first link that finds any. */
  #linked(subject: Subject, oldest: number, time: number): readonly Session[] {
    for (const link of LINKS) {
      const found = link.isKnown(subject) ? this.#matching(link, subject, oldest, time) : NONE;
      if (found.length > 0) return found;
    }
    return NONE;
  }

  #matching(link: Link, subject: Subject, oldest: number, time: number): readonly Session[] {
    let found: Session[] | null = null;
    for (const session of this.#sessions) {
      if (session.openedAt < oldest || session.openedAt > time || !link.joins(session, subject)) continue;
      if (found === null) found = [session];
      else found.push(session);
    }
    return found ?? NONE;
  }

  /** Those of the session id that the signal names, else those of its process. */
  #surelyClosed(kind: Session['kind'], subject: Subject): readonly Session[] {
    const named: Session[] = [];
    const ofProcess: Session[] = [];
    for (const session of this.#sessions) {
      if (session.kind !== kind) continue;
      if (subject.sessionId !== null && session.sessionId === subject.sessionId) named.push(session);
      if (hasProcess(session, subject)) ofProcess.push(session);
    }
    return named.length > 0 ? named : ofProcess;
  }

  #remove(sessions: readonly Session[]): void {
    if (sessions.length === 0) return;
    const gone = new Set(sessions.map(({ number }) => number));
    // Children come after their parents, so one pass finds them all.
    this.#sessions = this.#sessions.filter(({ number, parent }) => {
      if (parent !== null && gone.has(parent)) gone.add(number);
      return !gone.has(number);
    });
    this.#changed();
  }
}

function hasProcess(session: Session, { pid, program }: Subject): boolean {
  return pid !== null && session.pid === pid && session.program === program;
}

function isSameSession(
  session: Session,
  kind: Session['kind'],
  user: string | null,
  subject: Subject,
  time: number,
): boolean {
  if (session.kind !== kind || session.user !== user) return false;
  if (session.sourceIp !== null && subject.sourceIp !== null && session.sourceIp !== subject.sourceIp) {
    return false;
  }
  if (session.sessionId !== null && subject.sessionId !== null)
    return session.sessionId === subject.sessionId;
  if (session.program === subject.program && session.pid !== null && subject.pid !== null) {
    return session.pid === subject.pid;
  }
  // PAM and logind tell of a login again, without its address and maybe under their own process id.
  return kind === 'login' && subject.sourceIp === null && time - session.openedAt <= SAME_LOGIN_MS;
}

/** The one session that a closing signal without its process can mean, or one of several that are alike. */
function likelyClosed(sessions: readonly Session[], kind: Session['kind'], subject: Subject): Session[] {
  // The end of an elevated session names only its target, as the user or as the user's target.
  const user = kind === 'elevated' ? (subject.targetUser ?? subject.user ?? 'root') : subject.user;
  const candidates = sessions.filter(
    (session) =>
      session.kind === kind &&
      session.user === user &&
      (subject.sourceIp === null || session.sourceIp === subject.sourceIp) &&
      (subject.tty === null || session.tty === null || session.tty === subject.tty) &&
      // sshd tells the end twice, the first time from a process of another id and with the address.
      (session.pid === null || subject.pid === null || subject.sourceIp !== null),
  );
  const alike = candidates.every(({ pid, sourceIp }) => pid === null && sourceIp === candidates[0]!.sourceIp);
  return candidates.length === 1 || alike ? candidates.slice(-1) : [];
}

function mayBeRoot({ program, user }: Subject): boolean {
  return program !== null && ROOT_ONLY.has(program) && (user === null || user === 'root');
}

/** The address that all sessions share; null when they differ, one has none, or there is none. */
function commonSource(sessions: readonly Session[]): string | null {
  const source = sessions[0]?.sourceIp ?? null;
  return sessions.every(({ sourceIp }) => sourceIp === source) ? source : null;
}
