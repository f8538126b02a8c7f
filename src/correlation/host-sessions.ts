import type { SessionSignal, Subject } from '../model/signal.js';
import { SessionIndex } from './session-index.js';
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

/** They tell of logins that others let in, and of their end. */
const TELL_AGAIN: ReadonlySet<string> = new Set(['systemd-logind', 'elogind']);

/** Two signals without a source address belong to one login when they are at most this far apart, ms. */
const SAME_LOGIN_MS = 60_000;

/** One way to tell that an event belongs to a session. */
interface Link {
  /** Whether the event has what this link goes by. */
  isKnown(subject: Subject): boolean;
  /** Those of the indexed sessions that may join; without it, all. */
  among?(index: SessionIndex, subject: Subject): readonly Session[];
  joins(session: Session, subject: Subject): boolean;
}

/** Surest first. A process id links only to the same program: ids come again within a day. */
const LINKS: readonly Link[] = [
  {
    isKnown: ({ sessionId }) => sessionId !== null,
    joins: (session, { sessionId }) => session.sessionId === sessionId,
  },
  {
    isKnown: ({ pid }) => pid !== null,
    among: (index, { pid }) => index.ofProcess(pid!),
    joins: hasProcess,
  },
  {
    isKnown: ({ tty }) => tty !== null,
    joins: (session, { tty, user }) => session.tty === tty && (user === null || session.user === user),
  },
  {
    isKnown: ({ user }) => user !== null,
    among: (index, { user }) => index.ofUser(user),
    joins: (session, { user }) => session.user === user,
  },
];

const ROOT_SESSION: Link = {
  isKnown: mayBeRoot,
  among: (index) => index.ofUser('root'),
  joins: ({ user }) => user === 'root',
};
const FEW = 16;
const NONE: readonly Session[] = [];

/** The open sessions of one host. */
export class HostSessions {
  /** In order of opening. */
  #sessions: Session[];
  readonly #few: number;
  /** Null = there are few. */
  #index: SessionIndex | null = null;
  /** Of `sourceOf`, until something changes. */
  #answers: WeakMap<Subject, Attribution | null> | null = null;
  /** No session was opened before or after, ms. */
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;
  /** Sessions are gone since the two were found, so that they may lie too far out. */
  #isLoose = false;

  /** @param few so many sessions are searched one by one */
  constructor(sessions: readonly Session[] = [], few = FEW) {
    this.#few = few;
    this.#sessions = sessions.map((session) => ({ ...session }));
    this.#replaced();
  }

  get size(): number {
    return this.#sessions.length;
  }

  /** Adds the session, or what the signal says beyond an earlier one of the same session. True = added. */
  open({ session: kind, subject, time }: SessionSignal, number: number): boolean {
    const program = subject.program?.toLowerCase() ?? '';
    if (kind === 'login' && NOT_A_LOGIN.has(program)) return false;
    const user = kind === 'elevated' ? (subject.targetUser ?? 'root') : subject.user;
    const ofUser = this.#index?.ofUser(user) ?? this.#sessions;
    const known = ofUser.findLast((session) => isSameSession(session, kind, user, subject, time));
    if (known !== undefined) {
      known.sourceIp ??= subject.sourceIp;
      if (known.pid === null && subject.pid !== null) {
        known.pid = subject.pid;
        this.#index?.addProcess(known, known.pid);
      }
      known.tty ??= subject.tty;
      known.sessionId ??= subject.sessionId;
      this.#answers = null;
      return false;
    }
    if (TELL_AGAIN.has(program)) return false;
    // A process id that comes again proves that its former owner is gone.
    this.#remove(this.#ofProcess(subject));
    const parents = kind === 'elevated' ? this.#linked(subject, Number.NEGATIVE_INFINITY, time) : [];
    this.#add({
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
    return true;
  }

  /** Removes the session that the signal closes, and those started from it. When in doubt nothing is removed. */
  close({ session: kind, subject }: SessionSignal): void {
    const sure = this.#surelyClosed(kind, subject);
    this.#remove(sure.length > 0 ? sure : this.#likelyClosed(kind, subject));
  }

  /** Forgets the sessions opened before `oldest` (ms). */
  expire(oldest: number): void {
    if (this.#from >= oldest) return;
    this.#sessions = this.#sessions.filter(({ openedAt }) => openedAt >= oldest);
    this.#replaced();
  }

  dropOldest(): void {
    const oldest = this.#sessions.shift();
    if (oldest !== undefined) this.#index?.remove(oldest);
    this.#answers = null;
    this.#isLoose = true;
  }

  /** The source of an event at `time`, among sessions opened since `oldest` (ms); null unless it is certain. */
  sourceOf(subject: Subject, oldest: number, time: number): Attribution | null {
    // When no session is too old or yet to open, the answer is the same for all hits that share the subject.
    if (this.#isLoose && !this.#areAllWithin(oldest, time)) this.#measure();
    if (!this.#areAllWithin(oldest, time)) return this.#search(subject, oldest, time);
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

  #add(session: Session): void {
    this.#sessions.push(session);
    if (this.#index !== null) this.#index.add(session);
    else if (this.#sessions.length > this.#few) this.#index = new SessionIndex(this.#sessions);
    this.#answers = null;
    this.#from = Math.min(this.#from, session.openedAt);
    this.#to = Math.max(this.#to, session.openedAt);
  }

  #replaced(): void {
    this.#index = this.#sessions.length > this.#few ? new SessionIndex(this.#sessions) : null;
    this.#answers = null;
    this.#measure();
  }

  #areAllWithin(oldest: number, time: number): boolean {
    return this.#from >= oldest && this.#to <= time;
  }

  #measure(): void {
    this.#from = Number.POSITIVE_INFINITY;
    this.#to = Number.NEGATIVE_INFINITY;
    for (const { openedAt } of this.#sessions) {
      if (openedAt < this.#from) this.#from = openedAt;
      if (openedAt > this.#to) this.#to = openedAt;
    }
    this.#isLoose = false;
  }

  #ofProcess(subject: Subject): readonly Session[] {
    if (subject.pid === null) return NONE;
    const candidates = this.#index?.ofProcess(subject.pid) ?? this.#sessions;
    return candidates.filter((session) => hasProcess(session, subject));
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
    const among = this.#index === null ? undefined : link.among?.(this.#index, subject);
    for (const session of among ?? this.#sessions) {
      if (session.openedAt < oldest || session.openedAt > time || !link.joins(session, subject)) continue;
      if (found === null) found = [session];
      else found.push(session);
    }
    return found ?? NONE;
  }

  /** Those of the session id that the signal names, else those of its process. */
  #surelyClosed(kind: Session['kind'], subject: Subject): readonly Session[] {
    const { sessionId } = subject;
    const named =
      sessionId === null
        ? NONE
        : this.#sessions.filter((session) => session.kind === kind && session.sessionId === sessionId);
    return named.length > 0 ? named : this.#ofProcess(subject).filter((session) => session.kind === kind);
  }

  /** The one session that a closing signal without its process can mean, or one of several that are alike. */
  #likelyClosed(kind: Session['kind'], subject: Subject): readonly Session[] {
    // The end of an elevated session names only its target, as the user or as the user's target.
    const user = kind === 'elevated' ? (subject.targetUser ?? subject.user ?? 'root') : subject.user;
    const candidates = (this.#index?.ofUser(user) ?? this.#sessions).filter(
      (session) =>
        session.kind === kind &&
        session.user === user &&
        (subject.sourceIp === null || session.sourceIp === subject.sourceIp) &&
        (subject.tty === null || session.tty === null || session.tty === subject.tty) &&
        // sshd tells the end twice, the first time from a process of another id and with the address.
        (session.pid === null || subject.pid === null || subject.sourceIp !== null),
    );
    const alike = candidates.every(
      ({ pid, sourceIp }) => pid === null && sourceIp === candidates[0]!.sourceIp,
    );
    return candidates.length === 1 || alike ? candidates.slice(-1) : NONE;
  }

  #remove(sessions: readonly Session[]): void {
    if (sessions.length === 0) return;
    const gone = new Set(sessions.map(({ number }) => number));
    // Children come after their parents, so one pass finds them all.
    this.#sessions = this.#sessions.filter((session) => {
      const { number, parent } = session;
      if (parent !== null && gone.has(parent)) gone.add(number);
      if (!gone.has(number)) return true;
      this.#index?.remove(session);
      return false;
    });
    this.#answers = null;
    this.#isLoose = true;
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

function mayBeRoot({ program, user }: Subject): boolean {
  return program !== null && ROOT_ONLY.has(program) && (user === null || user === 'root');
}

/** The address that all sessions share; null when they differ, one has none, or there is none. */
function commonSource(sessions: readonly Session[]): string | null {
  const source = sessions[0]?.sourceIp ?? null;
  return sessions.every(({ sourceIp }) => sourceIp === source) ? source : null;
}
