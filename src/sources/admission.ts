import { CidrSet } from '../model/cidr-set.js';
import type { Peer } from '../model/raw-chunk.js';
import type { Code } from '../telemetry/codes.js';
import { hasRoomForConnection, openFilesLimit } from './open-files.js';
import type { RefusalLog } from './refusal-log.js';

export interface AdmissionOptions {
  readonly allow: readonly string[];
  readonly max_connections: number;
  /** Share of max_connections that one address may hold. */
  readonly peer_share: number;
}

/** A connection that was let in. `leave` must be called once, when it is closed. */
export interface Admitted {
  readonly peer: Peer;
  leave(): void;
}

/** Who may connect, and how often at once. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #allow: CidrSet;
  readonly #refusals: RefusalLog;
  readonly #peers = new Map<string, { readonly peer: Peer; open: number }>();
  readonly #filesLimit = openFilesLimit('self') ?? Number.POSITIVE_INFINITY;
  #open = 0;

  constructor(options: AdmissionOptions, refusals: RefusalLog) {
    this.#options = options;
    this.#allow = new CidrSet(options.allow);
    this.#refusals = refusals;
  }

  get peers(): number {
    return this.#peers.size;
  }

  /** Null = refused, counted and logged. */
  admit(address: string): Admitted | null {
    const { max_connections, peer_share } = this.#options;
    const known = this.#peers.get(address);
    const share = Math.max(1, Math.floor(Math.min(max_connections, this.#filesLimit) * peer_share));
    if (address === '' || !this.#allow.has(address)) {
      return this.#refuse('source.denied', address, 'A sender outside allow was refused.');
    }
    if (this.#open >= max_connections) {
      const message = 'A connection was refused, max_connections are open.';
      return this.#refuse('source.too_many_connections', address, message);
    }
    // Without any left Node would close them, and count none.
    if (!hasRoomForConnection(this.#filesLimit)) {
      const message =
        'A connection was refused, the daemon has nearly as many files open as it may (ulimit -n).';
      return this.#refuse('source.too_many_connections', address, message);
    }
    if (known !== undefined && known.open >= share) {
      const message = 'A connection was refused, its peer holds its share of max_connections.';
      return this.#refuse('source.peer_share', address, message);
    }
    const entry = known ?? { peer: { address }, open: 0 };
    this.#peers.set(address, entry);
    entry.open++;
    this.#open++;
    return {
      peer: entry.peer,
      leave: () => {
        this.#open--;
        if (--entry.open === 0) this.#peers.delete(address);
      },
    };
  }

  #refuse(code: Code, address: string, message: string): null {
    this.#refusals.refuse(code, address, message, { open: this.#open });
    return null;
  }
}
