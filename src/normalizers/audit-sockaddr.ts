import type { Event } from '../model/event.js';
import { toAddress } from './address.js';

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
/** Of sockaddr_un: the family, and 108 characters of path. */
const LONGEST = 110;

/**
 * `saddr` of SOCKADDR records: the hex of what a program gave to connect, bind, sendto … (struct sockaddr: family in the host's
 * byte order, port in the network's). Of an address the destination is set, of a socket of this host its path.
 */
export function setSocketAddress(event: Event, saddr: string | null): void {
  if (saddr === null || !HEX.test(saddr)) return;
  const bytes = Buffer.from(saddr.slice(0, 2 * LONGEST), 'hex');
  if (bytes.length < 4) return;
  // A family is below 256: whichever of the two bytes is not zero.
  switch (bytes[0]! | bytes[1]!) {
    case AF_INET:
      if (bytes.length < 8) return;
      event['destination.ip'] = bytes.subarray(4, 8).join('.');
      event['destination.port'] = bytes.readUInt16BE(2);
      return;
    case AF_INET6:
      if (bytes.length < 24) return;
      event['destination.ip'] = toAddress(bytes.toString('hex', 8, 24).replaceAll(/(....)(?=.)/g, '$1:'));
      event['destination.port'] = bytes.readUInt16BE(2);
      return;
    case AF_UNIX:
      event['file.path'] = pathOf(bytes);
  }
}

/** Up to the first NUL; an abstract socket, whose name begins with one, has no path. */
function pathOf(bytes: Buffer): string | null {
  const end = bytes.indexOf(0, 2);
  return bytes.toString('utf8', 2, end < 0 ? bytes.length : end) || null;
}

const HEX = /^(?:[0-9A-Fa-f]{2}){2,}$/;
