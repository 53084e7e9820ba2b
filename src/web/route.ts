// What a route of the API is, as data: method, path, the zod shapes of what it takes, and the function that answers. The
// app (app.ts) registers them, openapi.ts describes them, and tests walk them: nothing about a route is said twice.

import type { z } from 'zod';
import type { Console } from './console.ts';
import type { Sent } from './contract/shape.ts';
import type { Viewer } from './sessions.ts';

export type Shape = z.ZodObject | undefined;
type Of<S extends Shape> = S extends z.ZodObject ? z.output<S> : Record<string, never>;

/** A request that was let in and whose input is as its shapes say. */
export interface Asked<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Aborted when the client goes away or time is up. */
  readonly signal: AbortSignal;
  readonly console: Console;
  readonly viewer: Viewer;
  readonly headers: Headers;
}

/** What a route answers: a shape of contract.ts, or a media type. */
export type Reply = z.ZodType | 'text/html' | 'text/event-stream';
type Answer<R extends Reply> = R extends z.ZodType ? Sent<R> : Response;

export interface RouteFacts<P extends Shape, Q extends Shape, B extends Shape, R extends Reply> {
  readonly method: 'get' | 'post';
  /** Below `/api`, parts in braces: `/events/{seq}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply: R;
  /** It may answer with a file of its own instead. */
  readonly file?: 'text/html';
  /** The data of a stream's events, by their names. */
  readonly sends?: Readonly<Record<string, z.ZodType>>;
  /** Streams: a slot of their own kind, and no time limit. It is pulled, and cancelled when nobody reads it any more. */
  readonly stream?: true;
  /** It is about rules: a slot of their own kind. */
  readonly rules?: true;
  /** Seconds it may take, where that is longer than the rest: it reads the whole trail. */
  readonly seconds?: number;
  /** Only with `--allow-changes`. */
  readonly changes?: true;
  /** It may find that a thing asked for by the query is not there; what the path names may always be missing. */
  readonly mayMiss?: true;
}

export interface Route extends RouteFacts<Shape, Shape, Shape, Reply> {
  /** Data for JSON, or a response of its own. */
  readonly run: (asked: Asked<never, never, never>) => unknown;
}

/** A route; the shapes give the types of what `run` gets, and of what it answers. */
export function route<
  R extends Reply,
  P extends Shape = undefined,
  Q extends Shape = undefined,
  B extends Shape = undefined,
>(
  facts: RouteFacts<P, Q, B, R> & {
    readonly run: (asked: Asked<Of<P>, Of<Q>, Of<B>>) => Said<R> | Promise<Said<R>>;
  },
): Route {
  return facts as unknown as Route;
}

type Said<R extends Reply> = Answer<R> | Response;
