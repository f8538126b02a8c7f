import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';

export type Transport = 'tcp' | 'udp';

const PATIENCE_MS = 1500;

/** Whether somebody takes a connection there. */
export function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: reachable(host), port });
    socket.setTimeout(PATIENCE_MS);
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** The error code that listening there meets; null = it can be done. It is tried and undone. */
export function bindFault(transport: Transport, host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    if (transport === 'tcp') {
      const server = createServer().once('error', failed);
      server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
      return;
    }
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4').once('error', failed);
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}

/** Who is bound to the port, as `name (pid)`; null where that cannot be seen: not on Linux, or without the rights. */
export function ownerOf(transport: Transport, port: number): string | null {
  const inodes = new Set([...inodesOf(transport, port), ...inodesOf(`${transport}6`, port)]);
  if (inodes.size === 0) return null;
  for (const pid of listed('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of listed(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkAt(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode !== undefined && inodes.has(inode))
        return `${textAt(`/proc/${pid}/comm`).trim()} (pid ${pid})`;
    }
  }
  return null;
}

/** Sockets of /proc/net (proc_net_tcp(5)) that are bound to the port and, if TCP, listen. */
function inodesOf(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).padStart(4, '0').toUpperCase()}`;
  return textAt(`/proc/net/${table}`)
    .split('\n')
    .map((line) => line.trim().split(/ +/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && (state === '0A' || table.startsWith('udp')))
    .map((columns) => columns[9]!);
}

/** All addresses means this machine's. */
function reachable(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textAt(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
