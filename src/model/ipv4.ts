/** Dotted quad without leading zeros, as an unsigned number; -1 = not one. */
export function parseIpv4(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0) return -1;
      dots++;
      address = address * 256 + octet;
      octet = -1;
    } else {
      if (code < 48 || code > 57 || octet === 0) return -1;
      octet = (octet < 0 ? 0 : octet * 10) + code - 48;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : -1;
}
