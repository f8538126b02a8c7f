import ipaddr from 'ipaddr.js';

const IPV4_BITS = 24;
const IPV6_BITS = 48;
const LONGEST = 64;
/** Addresses whose networks are remembered: most come again. */
const REMEMBERED = 4096;

const known = new Map<string, string | null>();

/** The network of an address as people give them out: `203.0.113.0/24`, `2001:db8:7::/48`; null = no address. */
export function networkOf(address: string): string | null {
  let network = known.get(address);
  if (network !== undefined) return network;
  network = address.length <= LONGEST ? calculate(address) : null;
  if (known.size >= REMEMBERED) known.clear();
  known.set(address, network);
  return network;
}

function calculate(text: string): string | null {
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  if (address.kind() === 'ipv4') {
    return `${ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${IPV4_BITS}`).toString()}/${IPV4_BITS}`;
  }
  const { parts } = address as ipaddr.IPv6;
  const network = new ipaddr.IPv6(parts.map((part, i) => (i * 16 < IPV6_BITS ? part : 0)));
  return `${network.toString()}/${IPV6_BITS}`;
}
