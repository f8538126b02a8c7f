import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { Server as TlsServer } from 'node:tls';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';
import type { ApiServer, DaemonView } from '../daemon/view.js';
import { readTlsFiles, type TlsFiles } from '../sources/tls-files.js';
import { CaseReader } from '../storage/case-reader.js';
import { DeskConflict } from '../storage/desk/conflict.js';
import type { Identity } from '../storage/desk/tokens.js';
import { Doors } from './auth/doors.js';
import { createGuard } from './auth/guard.js';
import { addBodyParsers } from './body.js';
import { CaseLists } from './case-lists.js';
import { MAX_HEAD, refuseUnread } from './client-error.js';
import { DemoPlayer } from './demo/player.js';
import { type PageAddress, pageAddress } from './page-address.js';
import { Reach } from './reach.js';
import { ROUTES } from './registry.js';
import { type ApiContext, ApiError, type Asked, type Route } from './route.js';
import { RuleCatalogue } from './rule-catalogue.js';

/** A head that takes longer, and a request that does. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 120_000;
const LONGEST_PARAM = 300;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Starts the API; rejects when it cannot listen. */
export async function serveApi(daemon: DaemonView): Promise<ApiServer> {
  const { api: options, data_dir } = daemon.config();
  const [statePath, deskPath] = [join(data_dir, 'state.db'), join(data_dir, 'desk.db')];
  const cases = new CaseReader(statePath, deskPath);
  const lists = new CaseLists({ statePath, deskPath });
  const doors = new Doors(daemon.desk.tokens, Date.now);
  const context: ApiContext = {
    daemon,
    cases,
    lists,
    doors,
    catalogue: new RuleCatalogue(daemon),
    reach: new Reach(daemon),
    demo: new DemoPlayer(daemon),
    now: Date.now,
  };
  let app: FastifyInstance;
  try {
    app = createApp(context);
    const { host, port } = options.listen;
    await app.listen({ host, port });
  } catch (error) {
    cases.close();
    throw error;
  }
  const { here, elsewhere } = addressOf(app, options.hosts);
  return {
    url: here,
    elsewhere,
    newLogin: () => {
      const login = `/#login=${doors.newLink()}`;
      return { here: here + login, elsewhere: elsewhere === null ? null : elsewhere + login };
    },
    reload: () => {
      const server: unknown = app.server;
      if (options.tls !== undefined && server instanceof TlsServer)
        server.setSecureContext(pairOf(options.tls));
    },
    close: async () => {
      context.demo.stop();
      await app.close();
      lists.close();
      cases.close();
    },
  };
}

/** All routes on one instance of fastify, not yet listening. */
export function createApp(context: ApiContext): FastifyInstance {
  const { api: options } = context.daemon.config();
  const { tls } = options;
  const app = fastify({
    ...(tls !== undefined && { https: { ...pairOf(tls), maxHeaderSize: MAX_HEAD } }),
    bodyLimit: options.max_body,
    requestTimeout: REQUEST_MS,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PARAM },
    exposeHeadRoutes: false,
    http: { headersTimeout: HEADERS_MS, maxHeaderSize: MAX_HEAD },
    clientErrorHandler: refuseUnread,
    frameworkErrors: (error: FastifyError, _request: unknown, reply: FastifyReply) =>
      sendError(asApiError(error, context), reply),
  } as Parameters<typeof fastify>[0]) as unknown as FastifyInstance;
  addBodyParsers(app, options.max_body);
  app.setValidatorCompiler(({ schema }) => (data: unknown) => {
    const result = (schema as unknown as z.ZodType).safeParse(data ?? {});
    return result.success
      ? { value: result.data }
      : { error: new ApiError(400, 'invalid', wordsOf(result.error)) };
  });
  app.setSerializerCompiler(() => JSON.stringify);
  app.addHook('onSend', (_request, reply, payload, done) => {
    harden(reply);
    done(null, payload);
  });
  app.setErrorHandler((error: FastifyError | ApiError, _request, reply) =>
    sendError(asApiError(error, context), reply),
  );
  app.setNotFoundHandler((_request, reply) =>
    sendError(new ApiError(404, 'not_found', 'There is nothing here.'), reply),
  );
  const guard = createGuard(context.doors, options.hosts);
  for (const route of ROUTES) addRoute(app, route, guard, context);
  for (const [path, methods] of methodsByPath()) refuseOthers(app, path, methods);
  return app;
}

function methodsByPath(): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, string[]>();
  for (const { path, method } of ROUTES) paths.set(path, [...(paths.get(path) ?? []), method]);
  return paths;
}

/** RFC 9110 §15.5.6: a path that is there, asked in a way that it does not know, is not missing. */
function refuseOthers(app: FastifyInstance, path: string, methods: readonly string[]): void {
  const refuse = (reply: FastifyReply): never => {
    reply.header('allow', methods.join(', '));
    throw new ApiError(405, 'method_not_allowed', `This takes ${methods.join(' and ')} alone.`);
  };
  app.route({
    method: METHODS.filter((method) => !methods.includes(method)),
    url: path,
    // Before the body is read.
    onRequest: async (_request, reply) => refuse(reply),
    handler: async (_request, reply) => refuse(reply),
  });
}

/** Throws one clear line: what is not told here would be told to each browser by its handshake. */
function pairOf(files: TlsFiles): { readonly cert: string; readonly key: string } {
  const { cert, key } = readTlsFiles(files);
  return { cert, key };
}

function addRoute(
  app: FastifyInstance,
  route: Route,
  guard: ReturnType<typeof createGuard>,
  context: ApiContext,
): void {
  const { method, path, params, query, body, role, bytes } = route;
  const identities = new WeakMap<object, Identity>();
  app.route({
    method,
    url: path,
    config: { bytes },
    schema: { params, querystring: known(query), ...(body !== null && { body }) },
    // Before the body is read.
    onRequest: (request, _reply, done) => {
      identities.set(request, guard(request, role));
      done();
    },
    handler: async (request, reply) => {
      const asked = {
        params: request.params,
        query: request.query,
        body: request.body,
        who: identities.get(request)!,
        request,
        reply,
      } as Asked<never, never, never>;
      return await route.handle(asked, context);
    },
  });
}

/** A filter that is misspelt would let everything through. */
function known(query: z.ZodType): z.ZodType {
  return query instanceof z.ZodObject ? query.strict() : query;
}

function harden(reply: FastifyReply): void {
  const { raw } = reply;
  if (raw.headersSent) return;
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'no-referrer');
  reply.header('cross-origin-opener-policy', 'same-origin');
  reply.header('cross-origin-resource-policy', 'same-origin');
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  if (!reply.hasHeader('content-security-policy'))
    reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
}

function sendError(error: ApiError, reply: FastifyReply): FastifyReply {
  const { status, code, message, position } = error;
  if (status === 429 || status === 503) reply.header('retry-after', '5');
  return reply
    .code(status)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ error: { code, message, ...(position !== undefined && { position }) } }));
}

/** Of fastify's own errors those that the request caused speak of it; what failed here is for the log. */
function asApiError(error: FastifyError | ApiError, { daemon }: ApiContext): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof DeskConflict) return new ApiError(409, 'conflict', error.message);
  const status = error.statusCode ?? 500;
  if (status < 500) return new ApiError(status, status === 413 ? 'too_large' : 'invalid', error.message);
  daemon.log.error({ data_dir: daemon.config().data_dir, err: error }, 'The API failed on a request.');
  if (/^SQLITE_(?:FULL|IOERR|READONLY)|^ENOSPC$/.test(error.code))
    return new ApiError(
      507,
      'not_stored',
      'This could not be stored: the disk of data_dir is full or fails.',
    );
  return new ApiError(status, 'internal', 'Something failed here; the daemon’s log says what.');
}

/** `severity: expected …` */
function wordsOf({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue === undefined) return 'The request is not valid.';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

function addressOf(app: FastifyInstance, hosts: readonly string[]): PageAddress {
  const scheme = 'setSecureContext' in app.server ? 'https' : 'http';
  return pageAddress(scheme, app.server.address() as AddressInfo, hosts, networkInterfaces());
}
