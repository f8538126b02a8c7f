import {
  CHARACTERS,
  DENIALS,
  ELEVATIONS,
  ERRORS,
  EVENTS,
  FAILURES,
  FIRST,
  FIRST_MARK,
  FIRST_SKETCH,
  HTTP_ERRORS,
  KINDS,
  LAST,
  LOGINS,
  LONGEST_OBJECT,
  LONGEST_RECORD,
  MINUTE_MS,
  OBJECTS,
  PEERS,
  PORTS,
  ROW_WIDTH,
  TRAFFIC,
  UNRECOGNIZED,
  USERS,
} from '../model/entity-minute.js';
import type { Event } from '../model/event.js';
import { hashNumber, hashText, sketch } from './sketch.js';

const MAX_COUNT = 0xffffffff;
const MAX_TRAFFIC = 2 ** 31;

/** Adds an event to the row that begins at `at`; `time` is the event's, ms. The row is of the event's entity and minute. */
export function addEvent(rows: Uint32Array, at: number, event: Event, time: number): void {
  const { repeat } = event;
  const { original } = event.record;
  add(rows, at + EVENTS, repeat);
  add(rows, at + CHARACTERS, original.length);
  raise(rows, at + LONGEST_RECORD, original.length);
  if (!event.logsource.closed) add(rows, at + UNRECOGNIZED, 1);
  addTime(rows, at, time);
  addOutcome(rows, at, event, repeat);
  addKind(rows, at, event);
  addSession(rows, at, event);
  addTraffic(rows, at, event);
  const port = event['destination.port'];
  if (port !== null) sketch(rows, at + PORTS, hashNumber(port));
  const user = event['user.target.name'] ?? event['user.name'];
  if (user !== null) sketch(rows, at + USERS, hashText(user));
  const peer = event['destination.ip'] ?? (event['source.ip'] === null ? null : event['host.name']);
  if (peer !== null) sketch(rows, at + PEERS, hashText(peer));
  const object =
    event['url.original'] ??
    event['process.command_line'] ??
    event['dns.question.name'] ??
    event['file.path'];
  if (object !== null) addObject(rows, at, object);
}

/** Unites a row with another of the same entity and minute. What stands in front of the counts stays. */
export function mergeRow(into: Uint32Array, at: number, from: Uint32Array, fromAt: number): void {
  for (let i = EVENTS; i < FIRST_MARK; i++) {
    const sum = into[at + i]! + from[fromAt + i]!;
    into[at + i] = sum < MAX_COUNT ? sum : MAX_COUNT;
  }
  for (let i = FIRST_MARK; i < FIRST_SKETCH; i++) {
    if (from[fromAt + i]! > into[at + i]!) into[at + i] = from[fromAt + i]!;
  }
  for (let i = FIRST_SKETCH; i < ROW_WIDTH; i++) into[at + i] = into[at + i]! | from[fromAt + i]!;
}

function add(rows: Uint32Array, at: number, count: number): void {
  const sum = rows[at]! + count;
  rows[at] = sum < MAX_COUNT ? sum : MAX_COUNT;
}

function raise(rows: Uint32Array, at: number, value: number): void {
  if (value > rows[at]!) rows[at] = value;
}

function addTime(rows: Uint32Array, at: number, time: number): void {
  const offset = time - Math.floor(time / MINUTE_MS) * MINUTE_MS;
  raise(rows, at + FIRST, MINUTE_MS - offset);
  raise(rows, at + LAST, offset);
}

function addOutcome(rows: Uint32Array, at: number, event: Event, repeat: number): void {
  if (event['event.outcome'] === 'failure') add(rows, at + FAILURES, repeat);
  const { severity } = event.record;
  if (severity >= 0 && severity <= 3) add(rows, at + ERRORS, repeat);
  const status = event['http.response.status_code'];
  if (status !== null && status >= 400) add(rows, at + HTTP_ERRORS, repeat);
  const type = event['event.type'];
  if (type !== null && type[type.length - 1] === 'denied') add(rows, at + DENIALS, repeat);
}

/** What kind of event it is: its program or provider, and what it says that happened. */
function addKind(rows: Uint32Array, at: number, event: Event): void {
  const program = event['process.name'] ?? event['event.provider'] ?? event['observer.product'];
  const action = event['event.action'] ?? event['event.code'];
  let hash = program === null ? 0 : hashText(program);
  if (action !== null) hash = hashText(action, hash);
  sketch(rows, at + KINDS, hash);
}

function addSession(rows: Uint32Array, at: number, event: Event): void {
  const { session } = event;
  if (session === null || session.change !== 'open') return;
  add(rows, at + (session.kind === 'login' ? LOGINS : ELEVATIONS), 1);
}

function addTraffic(rows: Uint32Array, at: number, event: Event): void {
  const bytes =
    event['network.bytes'] ??
    (event['source.bytes'] ?? 0) + (event['destination.bytes'] ?? event['http.response.body.bytes'] ?? 0);
  if (bytes > 0) add(rows, at + TRAFFIC, bytes < MAX_TRAFFIC ? Math.floor(bytes) : MAX_TRAFFIC);
}

/** What was asked for: a URL, a command, a name, a file. */
function addObject(rows: Uint32Array, at: number, object: string): void {
  raise(rows, at + LONGEST_OBJECT, object.length);
  sketch(rows, at + OBJECTS, hashText(object));
}
