import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyRequest } from 'fastify';
import type { Identity, Role } from '../../storage/desk/tokens.js';
import { ApiError } from '../route.js';
import { type Doors, mayDo } from './doors.js';

export const COOKIE = 'vedette_session';
const NOBODY: Identity = { name: '', role: 'read' };
const LONGEST_TOKEN = 200;

/**
 * Lets a request through or throws an ApiError. `hosts`: names by which we are known, besides addresses and localhost; a
 * page of another site that has its name point to us (DNS rebinding) is known by its Host.
 */
export function createGuard(doors: Doors, hosts: readonly string[]) {
  const names = new Set(['localhost', hostname().toLowerCase(), ...hosts.map((name) => name.toLowerCase())]);

  return function guard(request: FastifyRequest, role: Role | null): Identity {
    if (!isOurHost(request.headers.host, names))
      throw new ApiError(403, 'unknown_host', 'This name is not one of ours; add it to api.hosts.');
    if (role === null) {
      if (request.method !== 'GET') checkOrigin(request);
      return NOBODY;
    }
    const who = identify(request, doors);
    if (who === null) {
      if (hasCredentials(request)) doors.countFailure(request.ip);
      throw new ApiError(401, 'unauthorized', 'Log in, or send a token: Authorization: Bearer …');
    }
    if (!mayDo(who, role)) throw new ApiError(403, 'forbidden', `This needs a token with the role ${role}.`);
    return who;
  };
}

/** Who asks; null = nobody that is known. A cookie comes along with whatever page sends the request, so for changes that page has to be ours. */
export function identify(request: FastifyRequest, doors: Doors): Identity | null {
  const token = bearerOf(request);
  if (token !== null) return doors.byToken(token);
  const session = sessionOf(request);
  if (session === null) return null;
  const who = doors.bySession(session);
  if (who !== null && request.method !== 'GET') checkOrigin(request);
  return who;
}

/** A page that is ours came by our protocol, or by the TLS of a proxy in front. */
function checkOrigin({ headers, protocol }: FastifyRequest): void {
  if (headers.authorization !== undefined) return;
  const { origin, host } = headers;
  if (origin !== `${protocol}://${host}` && origin !== `https://${host}`)
    throw new ApiError(403, 'foreign_origin', 'A page of another site may not do this.');
}

function hasCredentials(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined || sessionOf(request) !== null;
}

function bearerOf({ headers }: FastifyRequest): string | null {
  const { authorization } = headers;
  if (authorization === undefined || authorization.length > LONGEST_TOKEN) return null;
  return /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? null;
}

export function sessionOf({ headers }: FastifyRequest): string | null {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === COOKIE && value !== undefined && value.length < LONGEST_TOKEN) return value;
  }
  return null;
}

/** An address cannot be another site's name. */
function isOurHost(host: string | undefined, names: ReadonlySet<string>): boolean {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(host ?? '');
  if (match === null) return false;
  const name = (match[1] ?? match[2] ?? '').toLowerCase();
  return isIP(name) !== 0 || names.has(name);
}
