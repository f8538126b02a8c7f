import type { Code } from '../telemetry/codes.js';
import type { Counters } from '../telemetry/counters.js';
import type { Logger } from '../telemetry/log.js';

const QUIET_MS = 60_000;
const MAX_KEYS = 1024;

/**
 * Counts every refusal and says so in the log, but no more than once a minute per peer and code: whoever is
 * refused may try a thousand times a second.
 */
export class RefusalLog {
  readonly #log: Logger;
  readonly #counters: Counters;
  readonly #now: () => number;
  readonly #last = new Map<string, { at: number; unsaid: number }>();

  constructor(context: { log: Logger; counters: Counters; now: () => number }) {
    this.#log = context.log;
    this.#counters = context.counters;
    this.#now = context.now;
  }

  refuse(code: Code, peer: string, message: string, fields: Record<string, unknown> = {}): void {
    this.#counters.add(code);
    this.say(code, peer, message, fields);
  }

  /** The log line alone, for what is counted elsewhere. */
  say(code: Code, peer: string, message: string, fields: Record<string, unknown> = {}): void {
    const now = this.#now();
    const key = `${code} ${peer}`;
    const last = this.#last.get(key);
    if (last !== undefined && now - last.at < QUIET_MS) {
      last.unsaid++;
      return;
    }
    if (last === undefined && this.#last.size >= MAX_KEYS && !this.#forgetOld(now)) return;
    const repeated = last === undefined || last.unsaid === 0 ? {} : { repeated: last.unsaid };
    this.#last.set(key, { at: now, unsaid: 0 });
    this.#log.warn({ code, peer, ...fields, ...repeated }, message);
  }

  /** False = a thousand peers were refused within a minute; the counters go on, the log does not. */
  #forgetOld(now: number): boolean {
    for (const [key, { at }] of this.#last) if (now - at >= QUIET_MS) this.#last.delete(key);
    return this.#last.size < MAX_KEYS;
  }
}
