import { type Answer, type Asked, type Delivery, type Dialect, Malformed } from './dialect.js';
import { recordsInJson } from './otlp/json.js';
import { recordsInProtobuf } from './otlp/protobuf.js';

const PATH = /^\/v1\/logs\/?$/;

/**
 * OTLP/HTTP (OpenTelemetry Protocol 1.x, logs), as JSON and as protobuf. Each log record becomes one JSON object, with what its resource and scope say
 * and with attributes as plain members.
 */
export const otlp: Dialect = {
  methods: ['POST'],
  speaks: ({ path }) => PATH.test(path),
  answer: () => null,
  open: (asked, body): Delivery => {
    const isJson = typeOf(asked).startsWith('application/json');
    return {
      records: bounded(
        isJson ? recordsInJson(body) : recordsInProtobuf(body),
        MOST_GROWTH * body.length + SLACK,
      ),
      answer: (): Answer =>
        isJson ? { status: 200, body: {} } : { status: 200, body: '', headers: PROTOBUF },
    };
  },
  refuse: ({ status, reason }) => ({ status, body: { message: reason } }),
};

/** What records say of their resource is written out for each. Real ones grow by some times. */
const MOST_GROWTH = 16;
const SLACK = 1024 ** 2;
const PROTOBUF = { 'content-type': 'application/x-protobuf' };

function typeOf({ headers }: Asked): string {
  const type = (headers['content-type'] ?? '').toLowerCase();
  if (!/^application\/(?:json|x-protobuf)\b/.test(type))
    throw new Malformed('Content-Type: expected application/json or application/x-protobuf');
  return type;
}

function* bounded(records: Iterable<Uint8Array>, most: number): Generator<Uint8Array> {
  let bytes = 0;
  for (const record of records) {
    bytes += record.length;
    if (bytes > most) throw new Malformed('a resource or scope is too large for so many records');
    yield record;
  }
}
