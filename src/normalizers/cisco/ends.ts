import type { Event } from '../../model/event.js';
import type { Endpoint } from './endpoint.js';

/** Sets `source.*` and the interface it came in by. */
export function setSourceEnd(event: Event, end: Endpoint): void {
  event['source.ip'] = end.ip;
  event['source.domain'] = end.name;
  event['source.port'] = end.port;
  event['observer.ingress.interface.name'] = end.interfaceName;
}

/** Sets `destination.*` and the interface it went out by. */
export function setDestinationEnd(event: Event, end: Endpoint): void {
  event['destination.ip'] = end.ip;
  event['destination.domain'] = end.name;
  event['destination.port'] = end.port;
  event['observer.egress.interface.name'] = end.interfaceName;
}

/** Translated addresses are told apart from the real ones only where they differ. */
export function setSourceNat(event: Event, mapped: Endpoint): void {
  if (mapped.ip === null || (mapped.ip === event['source.ip'] && mapped.port === event['source.port']))
    return;
  event['source.nat.ip'] = mapped.ip;
  event['source.nat.port'] = mapped.port;
}

export function setDestinationNat(event: Event, mapped: Endpoint): void {
  const same = mapped.ip === event['destination.ip'] && mapped.port === event['destination.port'];
  if (mapped.ip === null || same) return;
  event['destination.nat.ip'] = mapped.ip;
  event['destination.nat.port'] = mapped.port;
}
