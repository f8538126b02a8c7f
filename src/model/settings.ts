import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { parseBytes, parseDuration } from './units.js';

/**
 * Config field types shared by the components' settings. Each message begins with `expected`: what was found is added
 * to it.
 */

const SIZE = 'expected a size such as 64KiB, 10MiB or 2GiB';
const DURATION = 'expected a duration such as 500ms, 30s, 5m, 4h or 30d';
const LISTEN = 'expected an address such as 0.0.0.0:5140, [::]:5140 or :5140';
const CIDR = 'expected an address block such as 192.0.2.0/24 or 2001:db8::/32';
const ZONE = 'expected an IANA time zone such as UTC or Europe/Vienna';
const NAME = 'expected 1 to 64 letters, digits, dots, dashes or underscores';

export const bytesField = z
  .union([z.string(), z.number()], { error: SIZE })
  .transform((value, ctx): number => {
    const bytes = typeof value === 'number' ? value : parseBytes(value);
    if (bytes !== null && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
    ctx.addIssue({ code: 'custom', message: SIZE });
    return z.NEVER;
  });

export const durationField = z.string({ error: DURATION }).transform((value, ctx): number => {
  const ms = parseDuration(value);
  if (ms !== null) return ms;
  ctx.addIssue({ code: 'custom', message: DURATION });
  return z.NEVER;
});

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port`, or `:port` for all addresses. Port 0 takes any free one. */
export const listenField = z.string({ error: LISTEN }).transform((value, ctx): ListenAddress => {
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(value.trim());
  const host = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3]);
  if (match !== null && port <= 65535 && (match[1] === undefined || isIP(match[1]) === 6)) {
    return { host: host === '' || host === '*' ? '::' : host, port };
  }
  ctx.addIssue({ code: 'custom', message: LISTEN });
  return z.NEVER;
});

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** CIDR blocks or bare addresses, v4 or v6, as CidrSet reads them: that knows fewer zones than Node. */
export const cidrField = z.string({ error: CIDR }).refine(
  (value) => {
    const [address = '', bits, ...rest] = value.split('/');
    const version = isIP(address);
    if (version === 0 || !ipaddr.isValid(address) || rest.length > 0) return false;
    return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
  },
  { message: CIDR },
);

/** A zone that `Intl` knows: a misspelt one would count as UTC and move every event. */
export const timezoneField = z.string({ error: ZONE }).refine(isTimezone, { message: ZONE });

/** Also what `--tz` takes. */
export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const nameField = z.string({ error: NAME }).regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, NAME);
