import type { Event } from '../model/event.js';
import { classify } from './classify.js';
import { CONNECTION_ALLOWED, CONNECTION_DENIED, NETWORK } from './ecs.js';

const DENYING: ReadonlySet<string> = new Set([
  ...['drop', 'dropped', 'deny', 'denied', 'reject', 'rejected', 'block', 'blocked'],
]);
const ALLOWING: ReadonlySet<string> = new Set([
  ...['accept', 'accepted', 'allow', 'allowed', 'pass', 'permit', 'permitted'],
]);

/** A packet filter's word (lower case) for what became of a packet, as event.action and event.outcome. */
export function decideByWord(event: Event, word: string): void {
  if (DENYING.has(word)) classify(event, NETWORK, CONNECTION_DENIED, word, 'failure');
  else if (ALLOWING.has(word)) classify(event, NETWORK, CONNECTION_ALLOWED, word, 'success');
  else if (word === 'audit') event['event.action'] = word;
}
