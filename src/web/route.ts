// What a route of the API is, as data: method, path, the zod shapes of what it takes, and the function that answers. The
// app (app.ts) registers them, openapi.ts describes them, and tests walk them: nothing about a route is said twice.

import type { z } from 'zod';
import type { Console } from './console.ts';
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
  /** Of a stream: to be called when nobody reads it any more. */
  readonly done: () => void;
  readonly console: Console;
  readonly viewer: Viewer;
  readonly headers: Headers;
}

export interface RouteFacts<P extends Shape, Q extends Shape, B extends Shape> {
  readonly method: 'get' | 'post';
  /** Below `/api`, parts in braces: `/events/{seq}`. */
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** What it answers, for the OpenAPI document: the name of a type in contract.ts, or a media type. */
  readonly reply: string;
  /** Streams: no slot and no time limit. */
  readonly stream?: true;
  /** Seconds it may take, where that is longer than the rest: it reads the whole trail. */
  readonly seconds?: number;
  /** Only with `--allow-changes`. */
  readonly changes?: true;
}

export interface Route extends RouteFacts<Shape, Shape, Shape> {
  /** Data for JSON, or a response of its own. */
  readonly run: (asked: Asked<never, never, never>) => unknown;
}

/** A route; the shapes give the types of what `run` gets. */
export function route<P extends Shape = undefined, Q extends Shape = undefined, B extends Shape = undefined>(
  facts: RouteFacts<P, Q, B> & { readonly run: (asked: Asked<Of<P>, Of<Q>, Of<B>>) => unknown },
): Route {
  return facts as unknown as Route;
}
