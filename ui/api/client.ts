// Talks to the server that this page came from. A refusal becomes a `Fault` with what to do; 401 also tells the shell, which
// then asks the viewer to log in. Addresses begin with /api; nothing else is ever fetched.
import type { ApiFault } from '../../src/web/contract.ts';
import { signedKey } from './key.ts';
import { heard } from './line.ts';

/** Query parameters; `undefined` and '' are left out, arrays are repeated. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A request that was refused or did not arrive. `status` 0: no answer. */
export class Fault extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string | undefined;
  /** Of a bad expression: where its fault begins, from 0, and its length. */
  readonly column: number | undefined;
  readonly length: number | undefined;
  readonly parameter: string | undefined;
  constructor(status: number, error: ApiFault['error']) {
    super(error.message);
    this.name = 'Fault';
    this.status = status;
    this.code = error.code;
    this.remedy = error.remedy;
    this.column = error.column;
    this.length = error.length;
    this.parameter = error.parameter;
  }
}

/** Told when the server wants a log-in; `ended`: there was one, which counts no more. */
let onLocked: (ended: boolean) => void = () => {};
/** Something was answered that only those who are logged in are told. */
let within = false;
export function whenLocked(listener: (ended: boolean) => void): void {
  onLocked = listener;
}

/** `path` with its query. A facet whose value is '' ("has none") is written with `keepEmpty` names. */
export function apiHref(path: string, query: Query | URLSearchParams = {}): string {
  const text = query instanceof URLSearchParams ? query.toString() : written(query);
  return text ? `${path}${path.includes('?') ? '&' : '?'}${text}` : path;
}

function written(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) for (const one of value) parameters.append(name, one);
    else if (value !== undefined && value !== '') parameters.set(name, String(value));
  }
  return parameters.toString();
}

/** Asks, and shows the session: its cookie goes by itself, its key is put in. Throws `Fault`; an abort throws its AbortError. */
export async function answer(href: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  const key = signedKey();
  if (key !== undefined) headers.set('auspex-key', key);
  let response: Response;
  try {
    response = await fetch(href, { credentials: 'same-origin', ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    heard(false);
    throw new Fault(0, {
      code: 'unreachable',
      message: 'The server does not answer.',
      remedy: 'See whether `auspex serve` still runs, then try again.',
    });
  }
  heard(true);
  if (!response.ok) {
    const fault = new Fault(response.status, await refusalOf(response));
    if (fault.status === 401 && href !== '/api/login') {
      onLocked(within);
      within = false;
    }
    throw fault;
  }
  within = true;
  return response;
}

async function ask<T>(href: string, init: RequestInit): Promise<T> {
  const response = await answer(href, init);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function refusalOf(response: Response): Promise<ApiFault['error']> {
  try {
    const body = (await response.json()) as ApiFault;
    if (typeof body.error?.message === 'string') return body.error;
  } catch {
    // not ours: a proxy's page
  }
  return { code: 'unknown', message: `The server answered with status ${response.status}.` };
}

/** GET. Throws `Fault`; an aborted request throws its AbortError. */
export function get<T>(path: string, query: Query | URLSearchParams = {}, signal?: AbortSignal): Promise<T> {
  return ask<T>(apiHref(path, query), { signal: signal ?? null, headers: { accept: 'application/json' } });
}

/** POST of a JSON body. Throws `Fault`. */
export function post<T>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, {
    method: 'POST',
    signal: signal ?? null,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** GET of a file to save. Throws `Fault`. A link could not show the session's key. */
export async function file(path: string, query: Query = {}): Promise<Blob> {
  return (await answer(apiHref(path, query), {})).blob();
}
