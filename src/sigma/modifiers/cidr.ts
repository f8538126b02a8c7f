import ipaddr from 'ipaddr.js';
import { parseIpv4 } from '../../model/ipv4.js';
import type { Cell } from '../match/cell.js';
import { COST, PRESENCE, type Predicate } from '../match/predicate.js';
import { quoted, RuleError } from '../rule-error.js';

/**
 * Address in a block, v4 or v6. A bare address is a block of one; host bits in the rule are masked away; an
 * IPv4-mapped IPv6 address (`::ffff:a.b.c.d`) is also that IPv4 address.
 */
export function cidrPredicate(block: string): Predicate {
  const { v4, v6, bits } = readBlock(block);
  return v6 === null ? new InIpv4Block(v4, bits) : new InIpv6Block(v6, bits);
}

/** Whether no address is in both. An IPv4 block is also that of the mapped addresses. */
export function areDisjointBlocks(one: string, other: string): boolean {
  const [a, b] = [mappedBlock(one), mappedBlock(other)];
  return !isSameNetwork(a.parts, b.parts, Math.min(a.bits, b.bits));
}

interface Block {
  readonly v4: number;
  /** Null = it is one of IPv4. */
  readonly v6: readonly number[] | null;
  readonly bits: number;
}

function readBlock(block: string): Block {
  const [address = '', bits, ...rest] = block.trim().split('/');
  const size = bits === undefined ? null : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (rest.length === 0) {
    const v4 = parseIpv4(address);
    if (v4 >= 0 && (size === null || size <= 32)) return { v4, v6: null, bits: size ?? 32 };
    const v6 = parseIpv6(address);
    if (v6 !== null && (size === null || size <= 128)) return { v4: -1, v6, bits: size ?? 128 };
  }
  throw new RuleError(
    'rule.value',
    `${quoted(block)} is not an address block; write one such as 192.0.2.0/24 or 2001:db8::/32.`,
  );
}

function mappedBlock(block: string): { readonly parts: readonly number[]; readonly bits: number } {
  const { v4, v6, bits } = readBlock(block);
  if (v6 !== null) return { parts: v6, bits };
  return { parts: [0, 0, 0, 0, 0, 0xffff, Math.floor(v4 / 65536), v4 % 65536], bits: bits + 96 };
}

function isSameNetwork(one: readonly number[], other: readonly number[], bits: number): boolean {
  for (let i = 0, left = bits; left > 0; i++, left -= 16) {
    const shift = Math.max(0, 16 - left);
    if (one[i]! >> shift !== other[i]! >> shift) return false;
  }
  return true;
}

class InIpv4Block implements Predicate {
  readonly cost = COST.address;
  readonly witness = PRESENCE;
  readonly #network: number;
  /** Divisor that drops the host bits; shifts would wrap at 32 bits. */
  readonly #hosts: number;

  constructor(address: number, bits: number) {
    this.#hosts = 2 ** (32 - bits);
    this.#network = Math.floor(address / this.#hosts);
  }

  test(cell: Cell): boolean {
    const text = cell.value;
    if (typeof text !== 'string') return false;
    let address = parseIpv4(text);
    if (address < 0 && text.includes(':')) address = mappedIpv4(text);
    return address >= 0 && Math.floor(address / this.#hosts) === this.#network;
  }
}

class InIpv6Block implements Predicate {
  readonly cost = COST.address;
  readonly witness = PRESENCE;
  readonly #network: readonly number[];
  readonly #bits: number;

  constructor(network: readonly number[], bits: number) {
    this.#network = network;
    this.#bits = bits;
  }

  test(cell: Cell): boolean {
    const text = cell.value;
    if (typeof text !== 'string' || !text.includes(':')) return false;
    const parts = parseIpv6(text);
    return parts !== null && isSameNetwork(parts, this.#network, this.#bits);
  }
}

/** Eight 16-bit groups, a zone id left aside; null = not an IPv6 address. */
function parseIpv6(text: string): readonly number[] | null {
  if (text.length < 2 || text.length > 64) return null;
  const hex = text.includes('.') ? withoutDots(text) : text;
  return hex !== null && ipaddr.IPv6.isValid(hex) ? ipaddr.IPv6.parse(hex).parts : null;
}

/** An IPv4 address at the end, read as strictly as one that stands alone, as two groups: ipaddr.js takes `::a.b.c.d` for a mapped one. */
function withoutDots(text: string): string | null {
  const at = text.lastIndexOf(':') + 1;
  const [address = '', ...zone] = text.slice(at).split('%');
  const v4 = parseIpv4(address);
  if (v4 < 0) return null;
  const groups = `${Math.floor(v4 / 65536).toString(16)}:${(v4 % 65536).toString(16)}`;
  return [text.slice(0, at) + groups, ...zone].join('%');
}

function mappedIpv4(text: string): number {
  const parts = parseIpv6(text);
  if (parts === null || parts[5] !== 0xffff || parts.slice(0, 5).some((part) => part !== 0)) return -1;
  return parts[6]! * 65536 + parts[7]!;
}
