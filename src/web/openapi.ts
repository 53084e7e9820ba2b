// The API as an OpenAPI 3.1 document, made of the same zod shapes that check the requests and type the replies.

import { z } from 'zod';
import { NAMED } from './contract/shape.ts';
import { ApiFault, LoginReply, LogoutReply } from './contract.ts';
import { KEY_HEADER, LoginBody } from './login.ts';
import type { Route } from './route.ts';
import { routes } from './routes/index.ts';

type Json = Record<string, unknown>;

const COMPONENTS = '#/components/schemas/';

/** A shape as a schema. A shape that has a name stands among the components, and is referred to. */
function schemaOf(shape: z.ZodType): Json {
  const id = NAMED.get(shape)?.id;
  return id === undefined ? plain(z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' })) : refTo(id);
}

const refTo = (id: string): Json => ({ $ref: `${COMPONENTS}${id}` });

/** The schemas of all shapes that have a name. */
function components(): Json {
  const { schemas } = z.toJSONSchema(NAMED, { io: 'input', uri: (id) => `${COMPONENTS}${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, plain(schema)]));
}

/** Without what only zod needs to know: its dialect, its names, the bounds of whole numbers in JavaScript. */
function plain(schema: object): Json {
  const text = JSON.stringify(schema, (name, value: unknown) => {
    if (name === '$schema' || name === '$id') return undefined;
    return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER ? undefined : value;
  });
  return JSON.parse(text) as Json;
}

function parameterSchema(shape: z.ZodType): Json {
  const schema = schemaOf(shape);
  if (schema.type === 'integer' || schema.type === 'boolean') {
    delete schema.pattern; // the text form of a parameter
    delete schema.enum;
  }
  return schema;
}

const content = (media: string, schema: Json): Json => ({ content: { [media]: { schema } } });
const jsonOf = (shape: z.ZodType): Json => content('application/json', schemaOf(shape));
const fault = (description: string): Json => ({ description, ...jsonOf(ApiFault) });

function parametersOf(route: Route): Json[] {
  const of = (shape: z.ZodObject | undefined, where: 'path' | 'query'): Json[] =>
    Object.entries(shape?.shape ?? {}).map(([name, one]) => {
      const { description, ...schema } = parameterSchema(one as z.ZodType);
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

/** What it answers, by media type. */
function replyOf({ reply, file, sends }: Route): Json {
  if (typeof reply !== 'string') {
    const json = jsonOf(reply);
    return file ? { content: { ...(json.content as Json), [file]: { schema: { type: 'string' } } } } : json;
  }
  const events = Object.entries(sends ?? {}).map(([name, shape]) => ({ title: `event: ${name}`, ...schemaOf(shape) }));
  return content(reply, { type: 'string', ...(sends && { contentSchema: { oneOf: events } }) });
}

function operationOf(route: Route): Json {
  return {
    summary: route.summary,
    parameters: parametersOf(route),
    ...(route.body && { requestBody: { required: true, ...jsonOf(route.body) } }),
    responses: {
      200: { description: 'The answer', ...replyOf(route) },
      400: fault('An input is wrong (`parameter` names it), or the address is not in normal form'),
      401: fault('Not signed in'),
      403: fault(`Asked by a page of another site${route.changes ? ', or started without --allow-changes' : ''}`),
      ...((route.params || route.mayMiss) && { 404: fault('There is no such thing') }),
      408: fault('It took too long'),
      ...(route.changes && { 409: fault('Not as planned any more, or locked') }),
      ...(route.body && { 413: fault('The body is too long'), 415: fault('The body is no JSON') }),
      429: fault('Too many questions of yours at once'),
      500: fault('A fault of Auspex itself'),
      503: fault('Too many questions at once, or the kernel or the store cannot be asked'),
    },
  };
}

/** Routes that are not of the table in routes/index.ts. */
const OTHERS: Readonly<Record<string, Json>> = {
  '/api/login': {
    post: {
      summary: 'Sign in, with the token of the printed address or with a name and a password',
      security: [],
      requestBody: { required: true, ...jsonOf(LoginBody) },
      responses: {
        200: {
          description: 'Signed in: sets the session cookie, and tells the key that is sent beside it',
          ...jsonOf(LoginReply),
        },
        400: fault('An input is wrong; `parameter` names it'),
        401: fault('Wrong'),
        403: fault('Asked by a page of another site'),
        413: fault('The body is too long'),
        415: fault('The body is no JSON'),
        429: fault('Too many attempts'),
      },
    },
  },
  '/api/logout': {
    post: {
      summary: 'Sign out',
      responses: {
        200: { description: 'Signed out', ...jsonOf(LogoutReply) },
        401: fault('Not signed in'),
        403: fault('Asked by a page of another site'),
      },
    },
  },
  '/api/openapi.json': {
    get: {
      summary: 'This document',
      responses: {
        200: { description: 'OpenAPI 3.1', ...content('application/json', { type: 'object' }) },
        401: fault('Not signed in'),
      },
    },
  },
};

/** The document; `version` is the package's. */
export function openApi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) (paths[`/api${route.path}`] ??= {})[route.method] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: { title: 'Auspex console', version },
    security: [{ session: [], key: [] }],
    paths: { ...paths, ...OTHERS },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'auspexPORT', description: 'With TLS: __Host-auspexPORT' },
        key: { type: 'apiKey', in: 'header', name: KEY_HEADER, description: 'The `key` that the log-in answered' },
      },
      schemas: components(),
    },
  };
}
