import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SourceError } from '../source.js';

/** Shorter ones are guessed. */
const LEAST_LENGTH = 16;

/** The tokens that senders may show, one a line of a file; more than one, so that senders can change to a new one in turn. */
export class Tokens {
  readonly #path: string;
  #digests: readonly Buffer[];

  /** Throws a SourceError when the file cannot be used. */
  constructor(path: string) {
    this.#path = path;
    this.#digests = read(path);
  }

  /** Throws a SourceError, and goes on with those it has, when the file cannot be used. */
  reload(): void {
    this.#digests = read(this.#path);
  }

  /** Whether the header `Authorization` shows one, in any of the ways that senders know. */
  admit(authorization: string | undefined): boolean {
    const shown = tokenIn(authorization ?? '');
    if (shown === null) return false;
    const digest = digestOf(shown);
    return this.#digests.filter((one) => timingSafeEqual(one, digest)).length > 0;
  }
}

/** Bearer (RFC 6750), Splunk; of Basic (RFC 7617) the password, of Elasticsearch's ApiKey what stands behind its id. */
function tokenIn(authorization: string): string | null {
  const [, scheme = '', shown = ''] = /^([A-Za-z]+) +(\S+) *$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'splunk':
      return shown;
    case 'basic':
    case 'apikey': {
      const text = Buffer.from(shown, 'base64').toString();
      return text.slice(text.indexOf(':') + 1);
    }
    default:
      return null;
  }
}

function read(path: string): Buffer[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SourceError(`token_file: cannot read ${path}: ${(cause as Error).message}`, {
      retryable: false,
      cause,
    });
  }
  const tokens = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (tokens.length === 0 || tokens.some((token) => token.length < LEAST_LENGTH || /\s/.test(token)))
    throw new SourceError(
      `token_file: ${path} holds no token, or one that is too short. Write one a line, of ${LEAST_LENGTH} characters or more (openssl rand -hex 24).`,
      { retryable: false },
    );
  return tokens.map(digestOf);
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
