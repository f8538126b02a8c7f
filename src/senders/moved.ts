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
 * their address, which was theirs alone, now names another host. Who has a certificate goes on only where its subject does:
 * anybody can name a host, and over UDP an address. `all`: every sender; `now`: ms.
 */
export function whoMoved(
  all: Iterable<Sender>,
  options: RhythmOptions,
  now: number,
): (silent: Sender) => boolean {
  const heardByHost = new Map<string, number>();
  const places = new Map<string, Place>();
  for (const sender of all) {
    const { identity } = sender;
    for (const by of identity === null ? [null] : [null, identity]) {
      if (isNamed(sender)) {
        const key = hostOf(sender, by);
        heardByHost.set(key, Math.max(sender.lastSeen, heardByHost.get(key) ?? 0));
      }
      notePlace(places, placeOf(sender, by), sender);
    }
  }
  return (silent) => {
    const lately = now - quietLimit(silent.rhythm, options) / 2;
    const { identity, lastSeen } = silent;
    if (isNamed(silent) && heardByHost.get(hostOf(silent, identity))! > Math.max(lastSeen, lately))
      return true;
    const { regular, since, heard } = places.get(placeOf(silent, identity))!;
    return regular === 1 && since > lastSeen && heard > lately;
  };
}

function notePlace(places: Map<string, Place>, key: string, sender: Sender): void {
  const { address, lastSeen, firstSeen } = sender;
  const place = places.get(key) ?? { regular: 0, since: 0, heard: 0 };
  places.set(key, place);
  if (sender.regular) place.regular++;
  if (address === '' || firstSeen < place.since) return;
  place.since = firstSeen;
  place.heard = lastSeen;
}

/** The record names its host; else the address stands for it. */
function isNamed({ host, address }: Sender): boolean {
  return host !== null && host !== address;
}

/** `identity`: of those who have this one; null = of all. */
function hostOf({ host }: Sender, identity: string | null): string {
  return `${identity ?? ''}\0${host}`;
}

function placeOf({ source, address }: Sender, identity: string | null): string {
  return `${identity ?? ''}\0${source}\0${address}`;
}
