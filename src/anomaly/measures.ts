import {
  CHARACTERS,
  DENIALS,
  ELEVATIONS,
  ERRORS,
  EVENTS,
  FAILURES,
  HTTP_ERRORS,
  KINDS,
  LOGINS,
  LONGEST_OBJECT,
  LONGEST_RECORD,
  OBJECTS,
  PEERS,
  PORTS,
  TRAFFIC,
  UNRECOGNIZED,
  USERS,
} from '../model/entity-minute.js';
import { bitsIn, valuesOf } from './sketch.js';

/** An amount of a minute, as ln(1 + n): a hundred more matter where ten are usual, not where ten thousand are. */
export interface Measure {
  readonly name: string;
  /** What is counted, in words. */
  readonly words: string;
  readonly read: (rows: Uint32Array, at: number) => number;
}

/** What an entity has a habit of doing so much of. */
export const MEASURES: readonly Measure[] = [
  count('events', 'events', EVENTS),
  count('failures', 'failures', FAILURES),
  count('denials', 'denied connections', DENIALS),
  count('errors', 'events of severity error and worse', ERRORS),
  count('http_errors', 'HTTP errors', HTTP_ERRORS),
  count('logins', 'logins', LOGINS),
  count('elevations', 'sessions as another user', ELEVATIONS),
  count('unrecognized', 'events that no normalizer knows', UNRECOGNIZED),
  count('characters', 'characters of records', CHARACTERS),
  count('traffic', 'bytes moved', TRAFFIC),
  count('longest_record', 'characters in the longest record', LONGEST_RECORD),
  count('longest_object', 'characters in the longest URL, command, name or path', LONGEST_OBJECT),
  distinct('kinds', 'different kinds of events', KINDS),
  distinct('users', 'different users', USERS),
  distinct('ports', 'different destination ports', PORTS),
  distinct('peers', 'different destinations', PEERS),
  distinct('objects', 'different URLs, commands, names or paths', OBJECTS),
];

function count(name: string, words: string, word: number): Measure {
  return { name, words, read: (rows, at) => Math.log1p(rows[at + word]!) };
}

function distinct(name: string, words: string, word: number): Measure {
  return { name, words, read: (rows, at) => Math.log1p(valuesOf(bitsIn(rows, at + word))) };
}
