import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import type { Refusal } from './dialect.js';

/** Bytes of bodies in hand, of all requests of a source. */
export class HeldBytes {
  readonly max: number;
  now = 0;

  constructor(max: number) {
    this.max = max;
  }
}

/** A body that is not taken. `null`: its sender is gone. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused';
  readonly refusal: Refusal | null;

  constructor(refusal: Refusal | null) {
    super(refusal?.reason ?? 'the connection ended before the body did');
    this.refusal = refusal;
  }
}

/**
 * The body, unpacked. Rejects with a BodyRefused when it is longer than `maxBytes`, when all together would hold more than they may, or
 * when it cannot be unpacked. Its bytes count in `held` until `release` is called, which must be done.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  held: HeldBytes,
): { readonly body: Promise<Buffer>; release(): void } {
  let size = 0;
  const body = new Promise<Buffer>((resolve, reject) => {
    const stream = unpacked(request);
    if (stream === null) {
      reject(refused(415, 'Content-Encoding: only gzip and deflate are known.'));
      return;
    }
    const parts: Buffer[] = [];
    const stop = (error: BodyRefused): void => {
      request.unpipe();
      stream.removeAllListeners('data');
      if (stream !== request) stream.destroy();
      // What is left of it must not stand in the way of the answer and of the next request.
      request.resume();
      reject(error);
    };
    stream.on('data', (part: Buffer) => {
      size += part.length;
      held.now += part.length;
      parts.push(part);
      if (size > maxBytes) stop(refused(413, `The body is longer than max_body, ${maxBytes} bytes.`));
      else if (held.now > held.max) stop(refused(503, 'Too many bodies at once; come again.'));
    });
    stream.once('end', () => resolve(Buffer.concat(parts, size)));
    if (stream !== request) stream.on('error', () => stop(refused(400, 'The body cannot be unpacked.')));
    // Of the request itself: its sender is gone.
    request.once('error', () => stop(new BodyRefused(null)));
    request.once('close', () => {
      if (!request.complete) stop(new BodyRefused(null));
    });
  });
  return {
    body,
    release: () => {
      held.now -= size;
      size = 0;
    },
  };
}

/** Null = packed in a way that is not known. */
function unpacked(request: IncomingMessage): Readable | null {
  switch ((request.headers['content-encoding'] ?? 'identity').toLowerCase()) {
    case 'identity':
    case '':
      return request;
    case 'gzip':
    case 'x-gzip':
      return request.pipe(createGunzip());
    case 'deflate':
      return request.pipe(createInflate());
    default:
      return null;
  }
}

function refused(status: Refusal['status'], reason: string): BodyRefused {
  return new BodyRefused({ status, reason });
}
