import type { Event } from '../model/event.js';
import { classify } from './classify.js';
import { CONNECTION_ALLOWED, CONNECTION_DENIED, NETWORK } from './ecs.js';

/** Words of network devices for what they did not let through; their other words let it through. */
const DENIED: ReadonlySet<string> = new Set([
  'block',
  'blocked',
  'clear_session',
  'denied',
  'deny',
  'discard',
  'drop',
  'dropped',
  'ip-conn',
  'prevent',
  'quarantine',
  'quarantined',
  'reject',
  'rejected',
  'reset',
  'sinkhole',
]);

/** True for a firewall's word for what it did not let through: deny, drop, reset-both, block-url … */
export function isDenial(action: string): boolean {
  const word = action.length > 32 ? action.slice(0, 32).toLowerCase() : action.toLowerCase();
  if (DENIED.has(word)) return true;
  return (
    word.startsWith('drop-') ||
    word.startsWith('reset-') ||
    word.startsWith('reset_') ||
    word.startsWith('block-')
  );
}

/** A firewall's action, and the outcome that follows from it. */
export function setVerdict(event: Event, action: string | null): void {
  if (action === null) return;
  const denied = isDenial(action);
  const type = denied ? CONNECTION_DENIED : CONNECTION_ALLOWED;
  classify(event, NETWORK, type, action, denied ? 'failure' : 'success');
}
