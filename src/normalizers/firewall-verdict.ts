import type { Event } from '../model/event.js';
import { classify } from './classify.js';
import { CONNECTION, CONNECTION_ALLOWED, CONNECTION_DENIED, NETWORK } from './ecs.js';

/** What a packet filter did with a packet, by its own word. */
export interface PacketVerdict {
  readonly action: string;
  readonly outcome: 'success' | 'failure' | null;
}

const DENYING: ReadonlySet<string> = new Set([
  ...['drop', 'dropped', 'deny', 'denied', 'reject', 'rejected', 'block', 'blocked'],
]);
const ALLOWING: ReadonlySet<string> = new Set([
  ...['accept', 'accepted', 'allow', 'allowed', 'pass', 'permit', 'permitted'],
]);

/** The verdict a word (lower case) stands for, null when it is none. */
export function packetVerdict(word: string): PacketVerdict | null {
  if (DENYING.has(word)) return { action: word, outcome: 'failure' };
  if (ALLOWING.has(word)) return { action: word, outcome: 'success' };
  return word === 'audit' ? { action: word, outcome: null } : null;
}

export function applyVerdict(event: Event, { action, outcome }: PacketVerdict): void {
  const type = outcome === null ? CONNECTION : outcome === 'success' ? CONNECTION_ALLOWED : CONNECTION_DENIED;
  classify(event, NETWORK, type, action, outcome);
}
