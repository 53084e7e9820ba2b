// What every request meets first: is its address in normal form (so that no check reads it otherwise than the routes do), is
// it meant for us (Host, against DNS rebinding), does it come from our own page (Origin and Sec-Fetch-Site, against forged
// requests and side channels of other sites), and the headers of every reply.

import { Fault } from './fault.ts';

/** Scripts and styles only from here, no frames, nothing inline. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

/** Puts the headers of every reply on one; a reply's own policy stays. */
export function withHeaders(reply: Response, secure: boolean): Response {
  for (const [name, value] of Object.entries(HEADERS)) if (!reply.headers.has(name)) reply.headers.set(name, value);
  if (secure) reply.headers.set('Strict-Transport-Security', 'max-age=31536000');
  return reply;
}

/** Throws Fault 421 for a Host that is none of ours (`hosts`: with their port, lower case). */
export function checkHost(headers: Headers, hosts: ReadonlySet<string>): void {
  const host = headers.get('host')?.toLowerCase();
  if (host === undefined || !hosts.has(host))
    throw new Fault(421, 'wrong-host', 'Cannot answer: this server is not known by that name', {
      remedy: 'Open the address that `auspex serve` printed; a further name is given with --host NAME',
    });
}

/** Characters that mean the same in a path with and without `%`. */
const EITHER = /[:@$&+,=]/g;
/** What some reader of a path takes for something else than a letter of a name, decoded. */
const AMBIGUOUS = /[/\\%;\x00-\x1f\x7f]/;

/**
 * Throws Fault 400 for a request target (path and query as they were sent) whose path can be written otherwise: dot
 * segments, empty segments, a backslash, `%2f`, `%61`, an absolute address. Every check after this one sees what the routes see.
 */
export function checkTarget(target: string): void {
  const path = target.split('?', 1)[0]!;
  const segments = path.split('/');
  const normal =
    !target.includes('#') &&
    segments.length > 1 &&
    segments.every((segment, i) => (i === 0 ? segment === '' : isNormal(segment, i === segments.length - 1)));
  if (!normal)
    throw new Fault(400, 'bad-target', 'Cannot answer: the address is not in normal form', {
      remedy: 'Write its path plainly: no dot segments, no double slashes, nothing encoded that need not be',
    });
}

function isNormal(segment: string, last: boolean): boolean {
  if (segment === '') return last;
  if (segment === '.' || segment === '..') return false;
  try {
    const decoded = decodeURIComponent(segment);
    return !AMBIGUOUS.test(decoded) && encodeURIComponent(decoded) === segment.replace(EITHER, encodeURIComponent);
  } catch {
    return false;
  }
}

/** Headers that decide who asks and what: two of one would be read one way here and another way elsewhere. */
const SINGLE = new Set([
  'host',
  'origin',
  'auspex-key',
  'content-type',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'last-event-id',
]);

/** Throws Fault 400 for a request (`rawHeaders`: names and values by turns) that has such a header twice. */
export function checkSingle(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (seen.has(name) && SINGLE.has(name))
      throw new Fault(400, 'doubled-header', `Cannot answer: the request has two headers ${name}`);
    seen.add(name);
  }
}

const METHODS = ['GET', 'HEAD', 'POST'];

/** Throws Fault 405 for a method that nothing here has. */
export function checkMethod(method: string): void {
  if (!METHODS.includes(method))
    throw new Fault(405, 'bad-method', 'Cannot answer: there is no such method here', { allow: METHODS.join(', ') });
}

/**
 * Throws Fault 403 for a request that another site's page makes, of whatever it asks for; `path` in normal form. One thing
 * others may do: lead a person here, by a link to the page (which holds no data, and runs nothing of its address).
 */
export function checkCaller(
  { method, headers }: Pick<Request, 'method' | 'headers'>,
  path: string,
  hosts: ReadonlySet<string>,
  secure: boolean,
): void {
  const site = headers.get('sec-fetch-site');
  const own = site === null || site === 'same-origin' || site === 'none';
  if (!own && !(method === 'GET' && !isApi(path) && opensPage(headers))) throw foreign();
  const origin = headers.get('origin');
  if (origin === null) return; // a program, or a question of our own page: browsers name it on every POST
  const scheme = secure ? 'https://' : 'http://';
  const known = origin.startsWith(scheme) && hosts.has(origin.slice(scheme.length).toLowerCase());
  if (!known) throw foreign();
  if (method === 'POST' && site === 'none') throw foreign();
}

const isApi = (path: string): boolean => /^\/api(?:\/|$)/i.test(path);

/** A person follows a link, in a window of its own. */
const opensPage = (headers: Headers): boolean =>
  headers.get('sec-fetch-mode') === 'navigate' && headers.get('sec-fetch-dest') === 'document';

const foreign = (): Fault => new Fault(403, 'foreign-origin', 'Cannot answer: the request comes from another site');

/** The names a server answers to: `listen` as it was bound, `more` given by `--host`. */
export function hostsOf(listen: string, port: number, more: readonly string[] = []): ReadonlySet<string> {
  const loopback = listen === '127.0.0.1' || listen === '::1' || listen === 'localhost';
  const names = [listen, ...(loopback ? ['127.0.0.1', 'localhost', '::1'] : []), ...more];
  const hosts = new Set<string>();
  for (const name of names) {
    const host = (name.includes(':') && !name.startsWith('[') ? `[${name}]` : name).toLowerCase();
    hosts.add(`${host}:${port}`);
    if (port === 80 || port === 443) hosts.add(host);
  }
  return hosts;
}
