import { z } from 'zod';
import type { Route } from './route.js';

/** The API's description, OpenAPI 3.1, made of the routes themselves. */
export function openApi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:([a-z_]+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vedette',
      version,
      description:
        'Alerts, incidents, events, rules and sources of one daemon. Times are ISO 8601 UTC. Every error is {"error": {"code", "message"}}.',
    },
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'vedette token create NAME --role read|write|ingest',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'vedette_session', description: 'POST /api/session' },
      },
      schemas: { Error: ERROR },
    },
  };
}

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, position: { type: 'integer' } },
    },
  },
};

function operationOf({ method, path, role, summary, params, query, body, answer }: Route): object {
  return {
    summary,
    operationId: `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z]+(.)?/g, (_all, next: string = '') => next.toUpperCase())}`,
    ...(role === null ? { security: [] } : { 'x-role': role }),
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body !== null && { requestBody: { required: true, content: contentOf(body) } }),
    responses: {
      200: { description: 'Done.', content: contentOf(answer) },
      default: {
        description: 'What went wrong.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function contentOf(shape: z.ZodType | string): object {
  if (typeof shape === 'string') return { [shape]: { schema: { type: 'string' } } };
  return { 'application/json': { schema: schemaOf(shape) } };
}

function parametersOf(shape: z.ZodType, place: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = schemaOf(shape) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

/** As it is sent: before transformations. */
function schemaOf(shape: z.ZodType): object {
  const { $schema, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as {
    $schema?: string;
  };
  return schema;
}
