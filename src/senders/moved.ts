import { quietLimit, type RhythmOptions } from './rhythm.js';
import type { Sender } from './sender.js';

/** Who is heard at an address. */
interface Place {
  /** Senders that would be missed. */
  regular: number;
  /** The newest sender, and when it was heard last. */
  since: number;
  heard: number;
}

/**
 * Tells of silent senders whether they go on elsewhere: their host is heard from another address or by another source, or
 * their address, which was theirs alone, now names another host. `all`: every sender; `now`: ms.
 */
export function whoMoved(
  all: Iterable<Sender>,
  options: RhythmOptions,
  now: number,
): (silent: Sender) => boolean {
  const heardByHost = new Map<string, number>();
  const places = new Map<string, Place>();
  for (const sender of all) {
    const { host, address, lastSeen, firstSeen } = sender;
    if (isNamed(sender)) heardByHost.set(host!, Math.max(lastSeen, heardByHost.get(host!) ?? 0));
    const key = placeOf(sender);
    const place = places.get(key) ?? { regular: 0, since: 0, heard: 0 };
    places.set(key, place);
    if (sender.regular) place.regular++;
    if (address === '' || firstSeen < place.since) continue;
    place.since = firstSeen;
    place.heard = lastSeen;
  }
  return (silent) => {
    const lately = now - quietLimit(silent.rhythm, options) / 2;
    const { lastSeen } = silent;
    if (isNamed(silent) && heardByHost.get(silent.host!)! > Math.max(lastSeen, lately)) return true;
    const { regular, since, heard } = places.get(placeOf(silent))!;
    return regular === 1 && since > lastSeen && heard > lately;
  };
}

/** The record names its host; else the address stands for it. */
function isNamed({ host, address }: Sender): boolean {
  return host !== null && host !== address;
}

function placeOf({ source, address }: Sender): string {
  return `${source}\0${address}`;
}
