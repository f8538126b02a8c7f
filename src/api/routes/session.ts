import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { COOKIE, sessionOf } from '../auth/guard.js';
import { ApiError, type Route, route } from '../route.js';
import { isoTime } from '../shapes.js';

const session = z.object({
  name: z.string(),
  role: z.enum(['read', 'write', 'ingest']),
  expires: isoTime.nullable(),
});

/** Logging a browser in and out. */
export const sessionRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/api/session',
    role: null,
    summary: 'Log a browser in by the token of the login address, which is spent, or by a lasting one.',
    body: z.object({ token: z.string().min(1).max(200) }),
    answer: session,
    handle: ({ body, request, reply }, { doors, daemon, now }) => {
      const opened = doors.login(body.token);
      if (opened === null) {
        doors.countFailure(request.ip);
        throw new ApiError(
          401,
          'unauthorized',
          'This token is spent or wrong. A new one: vedette token login',
        );
      }
      const { id, session: entry } = opened;
      daemon.desk.audit.add({
        at: new Date(now()).toISOString(),
        by: entry.name,
        action: 'session.open',
        subject: request.ip,
        detail: '',
      });
      reply.header('set-cookie', cookie(id, Date.parse(entry.expires) - now(), request));
      return entry;
    },
  }),
  route({
    method: 'GET',
    path: '/api/session',
    role: 'read',
    summary: 'Who is logged in.',
    answer: session,
    handle: ({ who, request }, { doors }) => {
      const id = sessionOf(request);
      const known = request.headers.authorization === undefined && id !== null ? doors.bySession(id) : null;
      return known ?? { ...who, expires: null };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/session',
    role: 'read',
    summary: 'Log this browser out.',
    answer: z.object({ ok: z.literal(true) }),
    handle: ({ request, reply }, { doors }) => {
      const id = sessionOf(request);
      if (id !== null) doors.logout(id);
      reply.header('set-cookie', cookie('', 0, request));
      return { ok: true };
    },
  }),
];

/** `Secure` also when only the browser's side of a proxy has TLS. */
function cookie(value: string, lifeMs: number, { protocol, headers }: FastifyRequest): string {
  const secure = protocol === 'https' || headers.origin?.startsWith('https:') ? '; Secure' : '';
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(lifeMs / 1000)}${secure}`;
}
