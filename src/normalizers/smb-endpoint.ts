import type { Event } from '../model/event.js';
import { toAddress } from './address.js';
import { readPort } from './text.js';

/** Samba's endpoints: `ipv4:192.0.2.1:51234`, `ipv6:2001:db8::1:51234`, `unix:/path`. */
export function setSmbSource(event: Event, text: string): void {
  event['source.ip'] = addressOf(text);
  if (event['source.ip'] !== null) event['source.port'] = portOf(text);
}

/** See `setSmbSource`. */
export function setSmbDestination(event: Event, text: string): void {
  event['destination.ip'] = addressOf(text);
  if (event['destination.ip'] !== null) event['destination.port'] = portOf(text);
}

function addressOf(text: string): string | null {
  return toAddress(text.slice(text.indexOf(':') + 1, text.lastIndexOf(':')));
}

function portOf(text: string): number | null {
  return readPort(text, text.lastIndexOf(':') + 1, text.length);
}
