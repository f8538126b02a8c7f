import ipaddr from 'ipaddr.js';

interface Block {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** No address is longer. */
const LONGEST = 64;

/** Address blocks. Empty = all addresses. IPv4-mapped IPv6 counts as IPv4 on both sides. */
export class CidrSet {
  readonly #v4: Block[] = [];
  readonly #v6: Block[] = [];
  readonly #all: boolean;

  /** `blocks` as cidrField has accepted them: `192.0.2.0/24`, `2001:db8::/32`, `192.0.2.7`. */
  constructor(blocks: readonly string[]) {
    this.#all = blocks.length === 0;
    for (const text of blocks) {
      const [address = '', bits] = text.split('/');
      const whole = ipaddr.parse(address);
      const bytes = bytesOf(whole);
      // A mapped block counts its bits from the start of the IPv6 address.
      const mapped = whole.toByteArray().length - bytes.length;
      const length = bits === undefined ? bytes.length * 8 : Math.max(0, Number(bits) - mapped * 8);
      (bytes.length === 4 ? this.#v4 : this.#v6).push({ bytes, bits: length });
    }
  }

  /** Text that is no address is in no block. */
  has(address: string): boolean {
    if (this.#all) return true;
    if (address.length > LONGEST || !ipaddr.isValid(address)) return false;
    const bytes = bytesOf(ipaddr.parse(address));
    return (bytes.length === 4 ? this.#v4 : this.#v6).some((block) => isWithin(bytes, block));
  }
}

function bytesOf(address: ipaddr.IPv4 | ipaddr.IPv6): number[] {
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    return address.toIPv4Address().toByteArray();
  }
  return address.toByteArray();
}

function isWithin(bytes: readonly number[], block: Block): boolean {
  const whole = block.bits >> 3;
  for (let i = 0; i < whole; i++) if (bytes[i] !== block.bytes[i]) return false;
  const rest = block.bits & 7;
  if (rest === 0) return true;
  const mask = 0xff << (8 - rest);
  return (bytes[whole]! & mask) === (block.bytes[whole]! & mask);
}
