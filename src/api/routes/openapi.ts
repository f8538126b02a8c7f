import { z } from 'zod';
import { openApi } from '../openapi.js';
import { type Route, route } from '../route.js';

/** `all`: the routes that are described, itself among them. */
export function openApiRoute(all: () => readonly Route[]): Route {
  return route({
    method: 'GET',
    path: '/openapi.json',
    role: null,
    summary: 'This description.',
    answer: z.looseObject({ openapi: z.string() }),
    handle: (_asked, { daemon }) => openApi(all(), daemon.version),
  });
}
