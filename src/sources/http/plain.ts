import { afterBlanks, endOfObject, onOneLine } from '../../model/json-objects.js';
import { beginsList, ListScanner } from '../tail/list-scanner.js';
import type { Answer, Dialect } from './dialect.js';

const LF = 10;
const OPEN_OBJECT = 0x7b;
/** A list is scanned in pieces of this size. */
const PIECE_BYTES = 256 * 1024;
const MOST_VAIN = 2;

/**
 * Any other path: lines, JSON objects one after another (with line ends or without), a list of them, or one object that holds a
 * list of records, as files of clouds do. What it is, the body says: content types are set by whoever wrote the sender.
 */
export const plain: Dialect = {
  methods: ['POST'],
  speaks: () => true,
  answer: ({ method }) => (method === 'GET' || method === 'HEAD' ? { status: 200, body: READY } : null),
  open: (_asked, body) => ({
    records: beginsList(body) ? membersOf(body) : recordsOf(body),
    answer: ({ records, stored }): Answer =>
      stored
        ? { status: 200, body: { accepted: records } }
        : { status: 202, body: { accepted: records, stored: false } },
  }),
  refuse: ({ status, reason }) => ({ status, body: { error: reason } }),
};

const READY = { ready: true, usage: 'POST events here: lines, JSON objects or a list of them.' };

/** Records of a file-like list, each of one line. */
function* membersOf(body: Buffer): Generator<Uint8Array> {
  const scanner = new ListScanner(false);
  let rest: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += PIECE_BYTES) {
    const scanned = scanner.scan(body.subarray(at, at + PIECE_BYTES));
    if (scanned.whole.length > 0) {
      yield* linesOf(Buffer.concat([...rest, scanned.whole]));
      rest = [];
    }
    rest.push(scanned.rest);
  }
  yield* linesOf(Buffer.concat([...rest, scanner.opening]));
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const end = lineEnd(bytes, at);
    if (end > at) yield bytes.subarray(at, end);
    at = end + 1;
  }
}

/** Objects, which may take several lines or share one, and lines of anything else. */
function* recordsOf(body: Buffer): Generator<Uint8Array> {
  // What begins like an object of many lines, and is none, was looked at in vain: so much that each byte is looked at some times at most.
  let vain = 0;
  // Where the line ends, looked for once: all objects may be on one.
  let line = -1;
  for (let at = afterBlanks(body, 0); at < body.length; at = afterBlanks(body, at)) {
    if (at > line) line = lineEnd(body, at);
    if (body[at] === OPEN_OBJECT) {
      const whole = endOfObject(vain < MOST_VAIN * body.length ? body : body.subarray(0, line), at);
      if (whole > 0 && endsRecord(body, whole)) {
        yield onOneLine(body.subarray(at, whole));
        at = whole;
        continue;
      }
      vain += Math.max(whole, ~whole) - at;
    }
    yield body.subarray(at, line);
    at = line;
  }
}

/** Whether an object that ends here is a record of its own: text after it on its line makes it a part of that. */
function endsRecord(body: Uint8Array, end: number): boolean {
  const next = afterBlanks(body, end);
  return next === body.length || body[next] === OPEN_OBJECT || body.subarray(end, next).includes(LF);
}

function lineEnd(bytes: Uint8Array, from: number): number {
  const lf = bytes.indexOf(LF, from);
  return lf < 0 ? bytes.length : lf;
}
