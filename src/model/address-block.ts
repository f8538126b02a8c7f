import ipaddr from 'ipaddr.js';

const LONGEST = 64;

/** Tells whether an address lies in a block (`203.0.113.0/24`, or one address); null = `text` is neither. */
export function addressBlock(text: string): ((address: string) => boolean) | null {
  const [address = '', bits] = text.split('/');
  if (text.length > LONGEST || !ipaddr.isValid(address)) return null;
  const first = ipaddr.process(address);
  const width = first.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? width : Number(bits);
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || length > width)) return null;
  return (other) => {
    if (other.length > LONGEST || !ipaddr.isValid(other)) return false;
    const seen = ipaddr.process(other);
    return seen.kind() === first.kind() && seen.match(first, length);
  };
}
