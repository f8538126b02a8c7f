import { isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

export interface PageAddress {
  /** For browsers on this machine. */
  readonly here: string;
  /** For those on others, where it is another one; null = `here`, or none. */
  readonly elsewhere: string | null;
}

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

const ALL = new Set(['::', '0.0.0.0']);

/** `hosts`: names by which browsers reach it, by `api.hosts`; of a page for this machine alone they are those of a proxy in front. */
export function pageAddress(
  scheme: string,
  bound: { readonly address: string; readonly port: number },
  hosts: readonly string[],
  interfaces: Interfaces,
): PageAddress {
  const { address, port } = bound;
  const at = (host: string): string => `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const isAll = ALL.has(address);
  const here = at(isAll ? '127.0.0.1' : address);
  if (address === '::1' || address.startsWith('127.')) return { here, elsewhere: null };
  const other = hosts[0] ?? (isAll ? outsideAddress(interfaces) : null);
  return { here, elsewhere: other === null ? null : at(other) };
}

/** The kernel names interfaces in the order in which they came to be: those of containers and tunnels are last. */
function outsideAddress(interfaces: Interfaces): string | null {
  const all = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  const outside = all.filter(({ internal, scopeid }) => !internal && !scopeid);
  const found = outside.find(({ family }) => family === 'IPv4') ?? outside[0];
  return found?.address ?? null;
}
