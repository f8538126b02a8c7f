import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { faultLine } from '../../telemetry/outside-fault.js';
import { DeliveryError } from '../sink.js';
import { type createEgress, ForbiddenAddress, guardedLookup, hostOf } from './egress.js';

export interface PostOptions {
  readonly url: URL;
  /** Authorities in PEM instead of those of the system. */
  readonly ca: string | null;
  /** For the whole exchange, ms. */
  readonly timeoutMs: number;
  readonly isAllowed: ReturnType<typeof createEgress>;
  /** Wall clock, ms. */
  readonly now: () => number;
  /** Asked instead of the system. */
  readonly lookup?: LookupFunction;
}

/** Answers that say something of this message; others speak of the address, the secret or the state of the server. */
const BAD_MESSAGE: ReadonlySet<number> = new Set([400, 413, 422]);
const MAX_HEADERS = 16 * 1024;
/** The answers that say when to come again, as webhooks of chats do that are asked too often. */
const COME_AGAIN: ReadonlySet<number> = new Set([429, 503]);
/** What an answer asks for beyond it is not its to say: alerts wait. */
const LONGEST_WAIT_MS = 3600_000;

/**
 * Posts one body and waits for the status; what else the server says is not read. Redirects are not followed. Errors name
 * the server and never the path, which is a secret where it has a token in it.
 */
export function post(
  body: Buffer,
  headers: Readonly<Record<string, string>>,
  options: PostOptions,
): Promise<void> {
  const { url, ca, timeoutMs, isAllowed } = options;
  const host = hostOf(url);
  // A literal address is connected to without a lookup.
  if (isIP(host) !== 0 && !isAllowed(host)) throw failure(url, new ForbiddenAddress(host));
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      agent: false,
      lookup: options.lookup ?? guardedLookup(isAllowed),
      maxHeaderSize: MAX_HEADERS,
      ...(ca !== null && { ca }),
    });
    const end = (error: DeliveryError | null): void => {
      clearTimeout(timer);
      request.destroy();
      if (error === null) resolve();
      else reject(error);
    };
    const fail = (error: Error): void => end(failure(url, error));
    const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.on('error', fail);
    request.on('close', () => fail(new Error('it hung up without an answer')));
    request.on('response', (response) => {
      // The rest is not waited for, and may break off.
      response.on('error', () => {});
      end(answered(url, response.statusCode ?? 0, waitOf(response.headers['retry-after'], options.now())));
    });
    request.end(body);
  });
}

/** Null = it took the message. */
function answered(url: URL, status: number, waitMs: number): DeliveryError | null {
  if (status >= 200 && status < 300) return null;
  const hint = status >= 300 && status < 400 ? '; redirects are not followed' : '';
  return new DeliveryError(`${url.host} answered ${status}${hint}`, {
    retryable: !BAD_MESSAGE.has(status),
    retryAfterMs: COME_AGAIN.has(status) ? waitMs : 0,
  });
}

/** Of a Retry-After: seconds, or a date. 0 = it says nothing that can be read. */
function waitOf(value: string | undefined, now: number): number {
  const text = value?.trim() ?? '';
  const waitMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return waitMs > 0 ? Math.min(waitMs, LONGEST_WAIT_MS) : 0;
}

/** The cause is left out: it may quote the request. */
function failure(url: URL, error: NodeJS.ErrnoException): DeliveryError {
  return new DeliveryError(`cannot post to ${url.host}: ${faultLine(error)}`, { retryable: true });
}
