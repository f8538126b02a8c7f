import type { Level } from './rule.js';

/** Which alerts a silence is about: all that is given must hold. Texts know `*` and no difference of case. */
export interface SilenceMatcher {
  /** Id of the rule. */
  readonly rule?: string | undefined;
  readonly entity?: string | undefined;
  /** An address or a block of them, as cidrField has accepted it. */
  readonly source_ip?: string | undefined;
  readonly host?: string | undefined;
  readonly user?: string | undefined;
  /** This severity and those below. */
  readonly severity?: Level | undefined;
}

/** Alerts that somebody does not want to be told of, for some time. */
export interface Silence {
  readonly id: string;
  readonly matcher: SilenceMatcher;
  readonly reason: string;
  /** Receive time, ms, from which on it hides nothing any more. */
  readonly expires: number;
}
