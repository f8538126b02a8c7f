import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CidrSet } from '../../model/cidr-set.js';

/** Which addresses inside may be posted to: none, private and loopback ones, or those of blocks. */
export type AllowPrivate = boolean | readonly string[];

/** Of an address where a post may not go. */
export class ForbiddenAddress extends Error {
  constructor(address: string) {
    super(`the address ${address} is not one of the Internet; allow_private names those that may be used`);
    this.name = 'ForbiddenAddress';
  }
}

const INSIDE: ReadonlySet<string> = new Set(['private', 'loopback', 'uniqueLocal', 'carrierGradeNat']);

/** Where clouds hand out credentials. Only a block that holds one allows it; link-local ones are not inside anyhow. */
const METADATA: ReadonlySet<string> = new Set(['fd00:ec2::254', '100.100.100.200', '192.0.0.192']);

/** The name or address that a URL leads to; WHATWG URLs write every form of an address the same way. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Whether a connection may be opened to an address, whatever name led to it. Text that is no address: no. */
export function createEgress(allowPrivate: AllowPrivate): (address: string) => boolean {
  const blocks = Array.isArray(allowPrivate) && allowPrivate.length > 0 ? new CidrSet(allowPrivate) : null;
  return (text) => {
    if (!ipaddr.isValid(text)) return false;
    // IPv4 in IPv6 is what it leads to.
    const address = ipaddr.process(text);
    if (blocks?.has(address.toString())) return true;
    const range = isOldMapped(address) ? 'reserved' : address.range();
    if (range === 'unicast') return true;
    return allowPrivate === true && INSIDE.has(range) && !METADATA.has(address.toString());
  };
}

/** `::10.0.0.1`: how IPv4 was once put into IPv6 for tunnels. `::` and `::1` have ranges of their own. */
function isOldMapped(address: ReturnType<typeof ipaddr.process>): boolean {
  return (
    address instanceof ipaddr.IPv6 &&
    address.parts.slice(0, 6).every((part) => part === 0) &&
    address.range() === 'unicast'
  );
}

/**
 * Resolves names for a connection, to allowed addresses only. It is the connection's own lookup: what was checked is what
 * is connected to, so that a name that changes its address between two questions gains nothing.
 */
export function guardedLookup(
  isAllowed: (address: string) => boolean,
  lookup = systemLookup,
): LookupFunction {
  return (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        done(error, '', 0);
        return;
      }
      const allowed = found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) done(new ForbiddenAddress(found[0]?.address ?? hostname), '', 0);
      else if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}
