import { afterBlanks, endOfObject, endOfString, onOneLine } from '../../model/json-objects.js';
import { type Answer, type Asked, type Delivery, type Dialect, Malformed, type Refusal } from './dialect.js';
import { plain } from './plain.js';

const PATH = /^\/services\/collector(?:\/(event|raw|health|ack|mint)(?:\/1\.0)?)?\/?$/;
const [OPEN_OBJECT, QUOTE] = [0x7b, 0x22];
/** Of `{"event":`, with blanks. */
const MOST_OF_NAME = 64;
/** The collector's own codes: invalid data, unless it is a wrong token or a busy server. */
const INVALID = 6;
const CODES: Partial<Record<Refusal['status'], number>> = { 401: 4, 503: 9 };

/**
 * The HTTP Event Collector of Splunk: objects with a member `event`, one after another; or lines
 * (`/raw`). Acknowledgements asked for later (`/ack`) are not offered, as each answer already is one.
 */
export const splunkHec: Dialect = {
  methods: ['POST'],
  speaks: ({ path }) => PATH.test(path),
  answer: (asked) => {
    // Docker's driver asks so, without its token.
    if (asked.method === 'OPTIONS') return { status: 200, body: '' };
    const kind = kindOf(asked);
    if (kind === 'health') return { status: 200, body: { text: 'HEC is healthy', code: 17 } };
    if (kind === 'ack') return { status: 400, body: { text: 'ACK is disabled', code: 14 } };
    return null;
  },
  open: (asked, body): Delivery => {
    if (afterBlanks(body, 0) === body.length) throw new Malformed('No data');
    return kindOf(asked) === 'raw'
      ? { ...plain.open(asked, body), answer: () => SUCCESS }
      : { records: eventsOf(body), answer: () => SUCCESS };
  },
  refuse: ({ status, reason }) => ({ status, body: { text: reason, code: CODES[status] ?? INVALID } }),
};

const SUCCESS: Answer = { status: 200, body: { text: 'Success', code: 0 } };

function kindOf({ path }: Asked): string {
  return PATH.exec(path)?.[1] ?? 'event';
}

function* eventsOf(body: Buffer): Generator<Uint8Array> {
  let number = 0;
  for (let at = afterBlanks(body, 0); at < body.length; at = afterBlanks(body, at)) {
    const end = body[at] === OPEN_OBJECT ? endOfObject(body, at) : -1;
    if (end < 0) throw new Malformed(`Invalid data format: event ${number} is no JSON object`);
    yield marked(onOneLine(body.subarray(at, end)));
    at = end;
    number++;
  }
}

/** An event with nothing beside it could be anybody's object; the collector, too, says then where it came in. */
function marked(event: Uint8Array): Uint8Array {
  const [name] =
    /^\{\s*"event"\s*:\s*/.exec(Buffer.from(event.subarray(0, MOST_OF_NAME)).toString('latin1')) ?? [];
  if (name === undefined) return event;
  const from = name.length;
  const end =
    event[from] === OPEN_OBJECT
      ? endOfObject(event, from)
      : event[from] === QUOTE
        ? endOfString(event, from) + 1
        : -1;
  if (end < 0 || afterBlanks(event, end) !== event.length - 1) return event;
  return Buffer.concat([event.subarray(0, event.length - 1), FROM_HERE]);
}

const FROM_HERE = Buffer.from(',"source":"http"}');
