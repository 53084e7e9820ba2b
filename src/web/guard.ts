// What every request meets first: is it meant for us (Host, against DNS rebinding), does it come from our own page
// (Origin and Sec-Fetch-Site, against forged requests and side channels of other sites), and the headers of every reply.

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

/** Throws Fault 403 for a request that another site's page makes. `changes`: it is more than a question. */
export function checkOrigin(headers: Headers, hosts: ReadonlySet<string>, secure: boolean, changes: boolean): void {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') throw foreign();
  const origin = headers.get('origin');
  if (origin === null) return; // a program, or a question of our own page: browsers name it on every POST
  const scheme = secure ? 'https://' : 'http://';
  const own = origin.startsWith(scheme) && hosts.has(origin.slice(scheme.length).toLowerCase());
  if (!own) throw foreign();
  if (changes && site === 'none') throw foreign();
}

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
