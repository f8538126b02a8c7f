import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { DaemonView } from '../daemon/view.js';
import type { CaseReader } from '../storage/case-reader.js';
import type { Identity, Role } from '../storage/desk/tokens.js';
import type { Doors } from './auth/doors.js';
import type { CaseLists } from './case-lists.js';
import type { DemoPlayer } from './demo/player.js';
import type { Reach } from './reach.js';
import type { RuleCatalogue } from './rule-catalogue.js';

/** What routes work with. */
export interface ApiContext {
  readonly daemon: DaemonView;
  readonly cases: CaseReader;
  readonly lists: CaseLists;
  readonly doors: Doors;
  readonly catalogue: RuleCatalogue;
  readonly reach: Reach;
  readonly demo: DemoPlayer;
  readonly now: () => number;
}

/** What was asked, checked. */
export interface Asked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly who: Identity;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** One method on one path. Roles are what src/storage/desk/tokens.ts says; null = for everybody. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** In fastify's way: `/api/alerts/:id`. */
  readonly path: string;
  readonly role: Role | null;
  readonly summary: string;
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType | null;
  /** The body is handed over as it is, whatever its type. */
  readonly bytes: boolean;
  /** The JSON it answers with, or the media type of something else. */
  readonly answer: z.ZodType | string;
  /** Resolves with the JSON; what sends by itself returns the reply. */
  readonly handle: (asked: Asked<never, never, never>, api: ApiContext) => unknown;
}

const nothing = z.object({});

export function route<
  P extends z.ZodType = typeof nothing,
  Q extends z.ZodType = typeof nothing,
  B extends z.ZodType = z.ZodUndefined,
>(given: {
  method: Route['method'];
  path: string;
  role: Role | null;
  summary: string;
  params?: P;
  query?: Q;
  body?: B;
  bytes?: boolean;
  answer: Route['answer'];
  handle: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>, api: ApiContext) => unknown;
}): Route {
  return {
    ...given,
    params: given.params ?? nothing,
    query: given.query ?? nothing,
    body: given.body ?? null,
    bytes: given.bytes ?? false,
  } as Route;
}

/** An answer that is not 200: what went wrong, in one sentence for the person who asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  /** Of the place in a query that is wrong. */
  readonly position: number | undefined;

  constructor(status: number, code: string, message: string, position?: number) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.position = position;
  }
}

export function notFound(what: string): ApiError {
  return new ApiError(404, 'not_found', `There is no such ${what}.`);
}

export function invalid(message: string, position?: number): ApiError {
  return new ApiError(400, 'invalid', message, position);
}
