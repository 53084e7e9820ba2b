// The API as an OpenAPI 3.1 document, made of the same zod shapes that check the requests.

import { z } from 'zod';
import { LoginBody } from './login.ts';
import type { Route } from './route.ts';
import { routes } from './routes/index.ts';

type Json = Record<string, unknown>;

const schemaOf = (shape: z.ZodType): Json => {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Json;
  if (schema.type === 'integer' || schema.type === 'boolean') {
    delete schema.pattern; // the text form of a parameter
    delete schema.enum;
  }
  return schema;
};

const fault = (description: string): Json => ({
  description,
  content: { 'application/json': { schema: { $ref: '#/components/schemas/ApiFault' } } },
});

function parametersOf(route: Route): Json[] {
  const of = (shape: z.ZodObject | undefined, where: 'path' | 'query'): Json[] =>
    Object.entries(shape?.shape ?? {}).map(([name, one]) => {
      const { description, ...schema } = schemaOf(one as z.ZodType);
      return {
        name,
        in: where,
        required: !(one as z.ZodType).safeParse(undefined).success,
        ...(description !== undefined && { description }),
        schema,
      };
    });
  return [...of(route.params, 'path'), ...of(route.query, 'query')];
}

function operationOf(route: Route): Json {
  const media = route.reply.includes('/') ? route.reply : 'application/json';
  return {
    summary: route.summary,
    parameters: parametersOf(route),
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } },
    }),
    responses: {
      200: { description: `${route.reply} (src/web/contract.ts)`, content: { [media]: {} } },
      400: fault('An input is wrong; `parameter` names it'),
      401: fault('Not signed in'),
      ...(route.changes && { 403: fault('Started without --allow-changes') }),
      408: fault('It took too long'),
      429: fault('Too many questions of yours at once'),
      503: fault('Too many questions at once'),
    },
  };
}

/** The document; `version` is the package's. */
export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) (paths[`/api${route.path}`] ??= {})[route.method] = operationOf(route);
  const login = { description: 'LoginReply; sets the session cookie', content: { 'application/json': {} } };
  paths['/api/login'] = {
    post: {
      summary: 'Sign in, with the token of the printed address or with a name and a password',
      security: [],
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(LoginBody) } } },
      responses: { 200: login, 401: fault('Wrong'), 429: fault('Too many attempts') },
    },
  };
  paths['/api/logout'] = { post: { summary: 'Sign out', responses: { 200: { description: 'Done' } } } };
  paths['/api/openapi.json'] = {
    get: { summary: 'This document', responses: { 200: { description: 'OpenAPI 3.1' } } },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Auspex console', version },
    security: [{ session: [] }],
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'auspexPORT' } },
      schemas: { ApiFault: schemaOf(faultShape) },
    },
  };
}

const faultShape = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    remedy: z.string().optional(),
    column: z.number().int().optional(),
    length: z.number().int().optional(),
    parameter: z.string().optional(),
  }),
});
