import type { Identity, Role, SessionEntry } from '../../storage/desk/tokens.js';
import { secret, type TokenTable } from '../../storage/desk/tokens.js';
import { ApiError } from '../route.js';
import { FailureLimit } from './failure-limit.js';

/** A login link is good for so long, and once. */
const LINK_MS = 3600_000;
const MOST_LINKS = 20;
/** Who came by the link of the daemon, which only who may read its messages or its socket has seen. */
const OWNER: Identity = { name: 'owner', role: 'write' };

const ALLOWED: Readonly<Record<Role, readonly Role[]>> = {
  read: ['read'],
  write: ['read', 'write', 'ingest'],
  ingest: ['ingest'],
};

/** Who may come in: login links, tokens of programs, sessions of browsers. */
export class Doors {
  readonly #tokens: TokenTable;
  readonly #now: () => number;
  /** Login token → the ms until which it is good. */
  readonly #links = new Map<string, number>();
  readonly #failures: FailureLimit;

  constructor(tokens: TokenTable, now: () => number) {
    this.#tokens = tokens;
    this.#now = now;
    this.#failures = new FailureLimit(now);
  }

  /** A login token, good once. */
  newLink(): string {
    const now = this.#now();
    for (const [link, until] of this.#links) if (until <= now) this.#links.delete(link);
    while (this.#links.size >= MOST_LINKS) this.#links.delete(this.#links.keys().next().value!);
    const link = secret();
    this.#links.set(link, now + LINK_MS);
    return link;
  }

  /** Opens a session by a login token, which is spent, or by a lasting one; null = it is none. */
  login(token: string): { readonly id: string; readonly session: SessionEntry } | null {
    const now = this.#now();
    const until = this.#links.get(token);
    this.#links.delete(token);
    if (until !== undefined && until > now) return this.#tokens.openSession(OWNER, null, now);
    const who = this.#tokens.find(token, now);
    // A browser that can only hand in events has nothing to show.
    if (who === null || who.role === 'ingest') return null;
    return this.#tokens.openSession(who, who.name, now);
  }

  /** A wrong token; after many of them from one address it throws a 429. Who has a right one is not kept out by it. */
  countFailure(address: string): void {
    if (this.#failures.isBlocked(address))
      throw new ApiError(429, 'too_many_failures', 'Too many wrong tokens; try again in a minute.');
    this.#failures.add(address);
  }

  logout(session: string): void {
    this.#tokens.closeSession(session);
  }

  bySession(id: string): SessionEntry | null {
    return this.#tokens.session(id, this.#now());
  }

  byToken(token: string): Identity | null {
    return this.#tokens.find(token, this.#now());
  }
}

export function mayDo(who: Identity, role: Role): boolean {
  return ALLOWED[who.role].includes(role);
}
