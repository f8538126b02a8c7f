import { lookup } from 'node:dns/promises';
import { isIP, type Server } from 'node:net';
import type { ListenAddress } from '../model/settings.js';
import { SourceError } from './source.js';

/** The address as a Peer carries it: IPv4-mapped IPv6 (RFC 4291 §2.5.5.2) as IPv4, without zone (`%eth0`). */
export function peerAddress(address: string): string {
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7);
  const zone = address.indexOf('%');
  return zone === -1 ? address : address.slice(0, zone);
}

/** `0.0.0.0:5140/tcp`, `[::]:5140/udp`. */
export function describeAddress({ host, port }: ListenAddress, transport: string): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}/${transport}`;
}

/** Host names are resolved before binding, since the family decides which socket to open. */
export async function resolveHost(host: string): Promise<string> {
  if (isIP(host) !== 0) return host;
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw new SourceError(`listen: no address found for ${host}`, { retryable: true, cause });
  }
}

/** Binds; all IPv6 addresses on a machine without IPv6 means all IPv4 addresses. */
export async function bindTo(listen: ListenAddress, bind: (host: string) => Promise<void>): Promise<void> {
  const host = await resolveHost(listen.host);
  try {
    await bind(host);
  } catch (error) {
    const code = errorCode(error);
    if (host !== '::' || (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL')) throw error;
    await bind('0.0.0.0');
  }
}

/**
 * Has a server listen. Resolves with the address that it got; rejects with a SourceError of one clear line. `onUnaccepted`: failing to
 * accept (no file descriptors left) costs that connection, not the listener.
 */
export async function openPort(
  server: Server,
  listen: ListenAddress,
  transport: string,
  onUnaccepted: (error: Error) => void,
): Promise<ListenAddress> {
  try {
    await bindTo(listen, (host) => listening(server, host, listen.port));
  } catch (error) {
    throw listenError(error, listen, transport);
  }
  server.on('error', onUnaccepted);
  const bound = server.address();
  return bound !== null && typeof bound === 'object' ? { host: bound.address, port: bound.port } : listen;
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** What the person who runs the daemon can do about a socket that cannot be opened. */
export function listenError(error: unknown, { host, port }: ListenAddress, transport: string): SourceError {
  if (error instanceof SourceError) return error;
  const code = errorCode(error);
  const say = (text: string, retryable: boolean): SourceError =>
    new SourceError(text, { retryable, cause: error });
  switch (code) {
    case 'EADDRINUSE':
      return say(
        `port ${port}/${transport} is already in use; stop the other program or change listen`,
        true,
      );
    case 'EACCES':
      return say(
        `no permission to listen on port ${port}/${transport}; ports below 1024 need CAP_NET_BIND_SERVICE, or choose a higher port`,
        false,
      );
    case 'EADDRNOTAVAIL':
      return say(`this machine has no address ${host}; change listen (0.0.0.0 means all addresses)`, true);
    default:
      return say(`cannot listen on ${describeAddress({ host, port }, transport)}: ${reason(error)}`, true);
  }
}

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
