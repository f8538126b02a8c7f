import { codeAt } from '../model/code-at.js';
import type { Event } from '../model/event.js';
import { readAddress } from './address.js';
import { isDigit, readPort, readPortAt, standsAt, wordEnd } from './text.js';
import { setSource } from './values.js';

/** Reading of `NAME from ADDR port N` and its kin into user.name, source.ip and source.port. */

/**
 * Reads `… ADDR[ port N]` that ends at `end`, going backwards, so that nothing in a name before it is taken for
 * the address. Returns where `lead` begins, which is where the name ends; -1 when there is no address.
 */
export function readPeerAtEnd(event: Event, text: string, from: number, end: number, lead: string): number {
  let addressEnd = end;
  let portStart = end;
  while (portStart > from && isDigit(text.charCodeAt(portStart - 1))) portStart--;
  const hasPort = portStart < end && standsAt(text, ' port ', portStart - 6);
  if (hasPort) addressEnd = portStart - 6;
  let start = addressEnd;
  while (start > from && text.charCodeAt(start - 1) !== 0x20) start--;
  const nameEnd = start - lead.length;
  if (nameEnd < from || !standsAt(text, lead, nameEnd)) return -1;
  const address = readAddress(text, start, addressEnd);
  if (address === null) return -1;
  event['source.ip'] = address;
  if (hasPort) event['source.port'] = readPort(text, portStart, end);
  return nameEnd;
}

/** Reads `ADDR[:][ port N]` that begins at `at`; for lines where the peer's own text follows. */
export function readPeerAt(event: Event, text: string, at: number): void {
  const word = wordEnd(text, at);
  const end = codeAt(text, word - 1) === 0x3a ? word - 1 : word;
  const address = readAddress(text, at, end);
  event['source.ip'] = address;
  if (address === null || !standsAt(text, ' port ', end)) return;
  event['source.port'] = readPortAt(text, end + 6);
}

/** A peer that is written as an address or as a name: source.ip or source.domain. */
export function setPeer(event: Event, host: string | null): void {
  if (host === null || host === '' || host === '?' || host === '-') return;
  setSource(event, host);
}

/** user.name = text[start, end); an empty name is no name. */
export function setUser(event: Event, text: string, start: number, end: number): void {
  event['user.name'] = end > start ? text.slice(start, end) : null;
}
