// What the shapes of replies are made with: each is a zod shape, from which the type that server and page share and the
// schema of the OpenAPI document both come. Replies are not checked with it while the server runs; a test does that.

import { z } from 'zod';

/** Shapes with a name of their own in the document (`#/components/schemas/NAME`). */
export const NAMED = z.registry<{ id: string }>();

/** The same shape, known to the document as `id`. */
export function named<S extends z.ZodType>(id: string, shape: S): S {
  NAMED.add(shape, { id });
  return shape;
}

type Deep<T> = { readonly [K in keyof T]: Deep<T[K]> };

/** What a shape describes, as type: nothing in it is written to. */
export type Sent<S extends z.ZodType> = Deep<z.output<S>>;

/** A member that may be missing; it is never there without a value. */
export const maybe = <S extends z.ZodType>(shape: S): z.ZodExactOptional<S> => z.exactOptional(shape);

export const text = z.string();
export const whole = z.int();
/** RFC 3339 in UTC, milliseconds; `@SECONDS.MILLI` for a time that no calendar has. */
export const time = z.string().describe('RFC 3339, UTC; `@SECONDS.MILLI` for a time that no calendar has');

/** Data of the commands' JSON, whose members without a value fall away when they are sent. */
export const sent = <T>(data: object): T => data as T;
