import { isIP } from 'node:net';

/** A private, loopback or link-local address: RFC 1918, RFC 4193, RFC 3927, RFC 4291. */
export function isInside(address: string): boolean {
  if (address.includes(':')) return /^(?:f[cd]|fe[89ab]|::1$)/i.test(address);
  return /^(?:10|127|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\./.test(address) && isIP(address) === 4;
}
