// TLS 1.3 for remote logging: keys shared beforehand, one per identity, with a list of who may come (auditd.conf(5),
// tls_allowed_clients), or certificates on both sides. The identity a client proves becomes its node name.

import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isIP, type Server, type Socket } from 'node:net';
import { connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { AuditError } from '../base/error.ts';
import { isIdentity } from './identity.ts';
import type { TransportSettings } from './tls-settings.ts';

/** The part of the settings that says how to do TLS. */
export type TlsSettings = Omit<TransportSettings, 'transport' | 'enable_krb5' | 'tls_require_pqc'>;

export interface AllowedClient {
  readonly identity: string;
  readonly enabled: boolean;
  /** Absolute path of this identity's own key; undefined in single-key mode. */
  readonly keyFile: string | undefined;
}

const fault = (file: string, what: string, line?: number) =>
  new AuditError('config', `Cannot use ${file}${line ? `, line ${line}` : ''}: ${what}`, {
    position: line ? { file, line } : { file },
  });

/** Reads a file that only root may have written: no link, root's, not writable by others; `secret`: mode 0400 or less. */
function readTrusted(file: string, secret: boolean): string {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    throw new AuditError('config', `Cannot read ${file}: ${(cause as Error).message}`, { cause });
  }
  try {
    const { uid, mode } = fstatSync(fd);
    if (uid !== 0) throw fault(file, 'it must belong to root');
    if (secret ? mode & 0o377 : mode & 0o022)
      throw fault(file, secret ? 'it must have mode 0400' : 'it must not be writable by group or others');
    return readFileSync(fd, 'latin1');
  } finally {
    closeSync(fd);
  }
}

/** A pre-shared key: hex, at least 32 bytes. */
export function readKey(file: string): Buffer {
  const text = readTrusted(file, true).trim();
  if (!/^([0-9a-f]{2}){32,}$/i.test(text))
    throw fault(file, 'it must hold a key of at least 32 bytes in hex (openssl rand -hex 32)');
  return Buffer.from(text, 'hex');
}

/** The list of tls_allowed_clients: `identity enabled|disabled [key=/path] [notes]`. Throws AuditError CONFIG. */
export function parseAllowed(text: string, file: string): AllowedClient[] {
  const clients: AllowedClient[] = [];
  text.split('\n').forEach((raw, index) => {
    const [identity = '', status, ...rest] = raw.trim().split(/\s+/);
    if (identity === '' || identity.startsWith('#')) return;
    if (!isIdentity(identity)) throw fault(file, 'an identity is printable ASCII, 255 bytes at most', index + 1);
    if (status !== 'enabled' && status !== 'disabled')
      throw fault(file, 'after the identity comes enabled or disabled', index + 1);
    if (clients.some((c) => c.identity === identity)) throw fault(file, `${identity} is there twice`, index + 1);
    const keyFile = rest.find((w) => w.startsWith('key=/'))?.slice(4);
    clients.push({ identity, enabled: status === 'enabled', keyFile });
  });
  const own = clients.filter((c) => c.keyFile !== undefined).length;
  if (own > 0 && own < clients.length) throw fault(file, 'when one entry has a key=, every entry must have one');
  if (own === 0 && clients.filter((c) => c.enabled).length > 1)
    throw fault(file, 'with one shared key at most one identity may be enabled; give each a key=');
  return clients;
}

/** Keys by identity, of the enabled ones. Two identities with one key are refused: the key is what tells them apart. */
export function readKeys(settings: TlsSettings, allowedFile: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  if (allowedFile === '') {
    keys.set(settings.tls_psk_identity, readKey(settings.tls_psk_file));
    return keys;
  }
  for (const { identity, enabled, keyFile } of parseAllowed(readTrusted(allowedFile, false), allowedFile)) {
    if (!enabled) continue;
    const key = readKey(keyFile ?? settings.tls_psk_file);
    for (const [other, known] of keys)
      if (known.equals(key)) throw fault(allowedFile, `${identity} and ${other} have the same key`);
    keys.set(identity, key);
  }
  return keys;
}

/** The identities that settings name, enabled or not; of a list that cannot be read, none. */
export function identitiesOf(settings: TlsSettings, allowedFile: string): string[] {
  const own = settings.tls_psk_identity === '' ? [] : [settings.tls_psk_identity];
  if (allowedFile === '') return own;
  try {
    return [...own, ...parseAllowed(readTrusted(allowedFile, false), allowedFile).map(({ identity }) => identity)];
  } catch {
    return own;
  }
}

/** Hybrid groups that resist quantum computers, as OpenSSL names them. */
const PQC_GROUPS = 'X25519MLKEM768:SecP256r1MLKEM768';

function common(settings: TlsSettings) {
  const groups = settings.tls_key_exchange || (settings.tls_crypto_profile === 'pqc' ? PQC_GROUPS : '');
  return {
    minVersion: 'TLSv1.3' as const,
    maxVersion: 'TLSv1.3' as const,
    ...(settings.tls_crypto_profile === 'system' ? {} : { ciphers: settings.tls_cipher_suites }),
    ...(groups ? { ecdhCurve: groups } : {}),
    ...(settings.tls_auth === 'certificate'
      ? {
          cert: readTrusted(settings.tls_certificate_file, false),
          key: readTrusted(settings.tls_key_file, true),
          ca: readTrusted(settings.tls_ca_file, false),
        }
      : {}),
  };
}

/** The server of RemoteServer's `secure`: hands on a connection with the identity it proved. Throws AuditError CONFIG. */
export function tlsServer(
  settings: TlsSettings,
  keys: () => ReadonlyMap<string, Buffer>,
  listener: (socket: Socket, identity: string) => void,
  refused: (socket: Socket, why: string) => void,
): Server {
  const psk = settings.tls_auth === 'psk';
  const proven = new WeakMap<TLSSocket, string>();
  const options: TlsOptions = psk
    ? {
        ...common(settings),
        pskCallback: (socket, identity) => {
          const key = keys().get(identity);
          if (key) proven.set(socket, identity);
          return key ?? null;
        },
      }
    : { ...common(settings), requestCert: true, rejectUnauthorized: true };
  const server = secureServer(options, settings);
  server.on('secureConnection', (socket) => {
    const name = psk ? proven.get(socket) : [socket.getPeerCertificate().subject?.CN].flat()[0];
    if (name !== undefined && isIdentity(name)) listener(socket, name);
    else refused(socket, 'no-identity');
  });
  server.on('tlsClientError', (_error, socket) => refused(socket, 'handshake'));
  return server;
}

function secureServer(options: TlsOptions, settings: TlsSettings) {
  try {
    return createServer({ ...options, handshakeTimeout: 10_000 });
  } catch (cause) {
    const hint =
      settings.tls_crypto_profile === 'pqc'
        ? ' (this Node has no post-quantum groups: use tls_crypto_profile = compatible)'
        : '';
    throw new AuditError('config', `Cannot set up TLS: ${(cause as Error).message}${hint}`, { cause });
  }
}

/** A TLS connection to a server; the socket emits `secureConnect` when both sides have proved themselves. */
export function tlsConnect(settings: TlsSettings, to: { host: string; port: number; localPort?: number }): TLSSocket {
  if (settings.tls_auth === 'certificate') {
    // An address is no server name (RFC 6066; Node 26 throws); without one the certificate is held against `host`.
    const named = isIP(to.host) === 0 ? { servername: to.host } : {};
    return connect({ ...common(settings), ...to, ...named });
  }
  const psk = readKey(settings.tls_psk_file);
  return connect({
    ...common(settings),
    ...to,
    pskCallback: () => ({ psk, identity: settings.tls_psk_identity }),
    checkServerIdentity: () => undefined, // the shared key is the server's proof
  });
}
