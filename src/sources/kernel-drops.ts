import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { endianness } from 'node:os';
import ipaddr from 'ipaddr.js';
import type { ListenAddress } from '../model/settings.js';

/**
 * Datagrams that the kernel has dropped on a UDP socket since it was bound: the last column (`drops`) of
 * /proc/net/udp or udp6 (proc_net_udp(5)). Null where there is no such file or line (not Linux).
 */
export async function kernelDrops(bound: ListenAddress): Promise<number | null> {
  const table = isIP(bound.host) === 6 ? '/proc/net/udp6' : '/proc/net/udp';
  try {
    return dropsIn(await readFile(table, 'latin1'), bound);
  } catch {
    return null;
  }
}

/** The same from the text of the table. */
export function dropsIn(table: string, bound: ListenAddress): number | null {
  const local = procAddress(bound);
  for (const line of table.split('\n')) {
    const columns = line.trim().split(/ +/);
    if (columns[1] === local) return Number(columns.at(-1));
  }
  return null;
}

/** Address as the kernel prints it: 32-bit words in the machine's byte order, then the port, in hex. */
function procAddress({ host, port }: ListenAddress): string {
  const bytes = ipaddr.parse(host).toByteArray();
  let text = '';
  for (let word = 0; word < bytes.length; word += 4) {
    const four = bytes.slice(word, word + 4);
    if (endianness() === 'LE') four.reverse();
    text += four.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return `${text}:${port.toString(16).padStart(4, '0')}`.toUpperCase();
}
