import type { SessionSignal, Subject } from '../model/signal.js';
import { HostSessions, type Session } from './host-sessions.js';

export interface SessionTableOptions {
  /** How long a session without a close is believed, ms. */
  readonly maxAgeMs: number;
  readonly maxHosts: number;
  readonly maxSessionsPerHost: number;
  /** Called for every session forgotten to stay within these limits: counter `session.evicted`. */
  readonly onEvicted: () => void;
}

export const SESSION_DEFAULTS = { maxAgeMs: 24 * 3600e3, maxHosts: 20_000, maxSessionsPerHost: 256 } as const;

/** Everything the table knows, as structured-cloneable data: hosts in order of their last session. */
export interface SessionSnapshot {
  readonly hosts: readonly (readonly [host: string, sessions: readonly Session[]])[];
  readonly nextId: number;
}

/** What attribution found: the session's source address. */
export interface Attribution {
  readonly sourceIp: string;
}

/**
 * Sessions open on hosts, and from where: gives the local events of a session (sudo, useradd, …) the address that
 * the session came from (DESIGN section 3, "Session attribution"). One use of it must see signals in log order.
 */
export function createSessionTable(options: SessionTableOptions): SessionTable {
  return new SessionTable(options);
}

/** source.ip, else the attributed one, else user@host, else host, else `unknown`. */
export function entityOf(subject: Subject, attributedIp: string | null): string {
  const ip = subject.sourceIp ?? attributedIp;
  if (ip !== null) return ip;
  if (subject.host === null) return subject.user ?? 'unknown';
  return subject.user === null ? subject.host : `${subject.user}@${subject.host}`;
}

export class SessionTable {
  readonly #options: SessionTableOptions;
  /** In order of the last opened session, so that the first is the longest unused. */
  readonly #hosts = new Map<string, HostSessions>();
  #nextId = 1;

  constructor(options: SessionTableOptions) {
    this.#options = options;
  }

  /** A session was opened or closed. */
  apply(signal: SessionSignal): void {
    const host = signal.subject.host;
    if (host === null) return;
    if (signal.change === 'close') {
      const sessions = this.#hosts.get(host);
      sessions?.close(signal);
      if (sessions?.size === 0) this.#hosts.delete(host);
      return;
    }
    const sessions = this.#hosts.get(host) ?? new HostSessions();
    this.#hosts.delete(host);
    this.#hosts.set(host, sessions);
    sessions.expire(signal.time - this.#options.maxAgeMs);
    if (sessions.open(signal, this.#nextId)) this.#nextId++;
    if (sessions.size > this.#options.maxSessionsPerHost) {
      sessions.dropOldest();
      this.#options.onEvicted();
    }
    if (this.#hosts.size > this.#options.maxHosts) this.#dropOldestHost();
  }

  /**
   * Where an event without a source address came from; null = it names one itself, or it is not known for certain.
   *
   * @param time event time, ms
   */
  attribute(subject: Subject, time: number): Attribution | null {
    if (subject.sourceIp !== null || subject.host === null) return null;
    const sessions = this.#hosts.get(subject.host);
    return sessions === undefined ? null : sessions.sourceOf(subject, time - this.#options.maxAgeMs, time);
  }

  snapshot(): SessionSnapshot {
    return {
      hosts: [...this.#hosts].map(([host, sessions]) => [host, sessions.snapshot()] as const),
      nextId: this.#nextId,
    };
  }

  /** Takes over a snapshot; the table must be empty. */
  restore(snapshot: SessionSnapshot): void {
    for (const [host, sessions] of snapshot.hosts) this.#hosts.set(host, new HostSessions(sessions));
    this.#nextId = snapshot.nextId;
  }

  #dropOldestHost(): void {
    for (const [host, sessions] of this.#hosts) {
      for (let n = sessions.size; n > 0; n--) this.#options.onEvicted();
      this.#hosts.delete(host);
      return;
    }
  }
}
