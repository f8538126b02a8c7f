import { pipeline, Transform, type TransformCallback } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './route.js';

/** Unpacked bytes for each packed one; text of logs packs 20 times at most, a bomb 1,000 times. */
const MOST_RATIO = 100;
/** So much may come of any body. */
const UNSUSPICIOUS = 65_536;

export const NDJSON = 'application/x-ndjson';

/** JSON for what people and pages send; bytes as they are for events, unpacked when they came packed. */
export function addBodyParsers(app: FastifyInstance, maxBody: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if ((request.routeOptions.config as { bytes?: boolean }).bytes) return done(null, body);
    if (body.length === 0) return done(null, {});
    try {
      done(null, JSON.parse(body.toString()));
    } catch {
      done(new ApiError(400, 'invalid', 'The body is not JSON.'), undefined);
    }
  });
  for (const type of [NDJSON, 'application/jsonl', 'text/plain'])
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') return done(null, payload);
    if (encoding !== 'gzip')
      return done(new ApiError(415, 'invalid', 'Of content encodings only gzip is known.'));
    const limit = new SizeLimit(maxBody);
    payload.on('data', (bytes: Buffer) => {
      limit.receivedEncodedLength += bytes.length;
    });
    // Its errors are those of `limit`, which fastify reads.
    pipeline(payload, createGunzip(), limit, () => {});
    done(null, limit);
  });
}

/** Ends a body that unpacks to too much. */
class SizeLimit extends Transform {
  /** Packed bytes so far; fastify compares them with Content-Length. */
  receivedEncodedLength = 0;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#bytes += chunk.length;
    const excess = this.#excess();
    if (excess === null) done(null, chunk);
    else done(new ApiError(413, 'too_large', excess));
  }

  #excess(): string | null {
    if (this.#bytes > this.#maxBytes) return 'Unpacked, the body is longer than api.max_body.';
    const isBomb = this.#bytes > UNSUSPICIOUS && this.#bytes > this.receivedEncodedLength * MOST_RATIO;
    return isBomb ? 'The body unpacks to far more than logs do.' : null;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(
      error === null || error instanceof ApiError
        ? error
        : new ApiError(400, 'invalid', 'The body is not gzip.'),
    );
  }
}
