// The name records carry as `node=`, by name_format (auditd.conf(5)).

import { lookup } from 'node:dns/promises';
import { hostname } from 'node:os';
import { AuditError } from '../base/error.ts';
import type { DaemonConfig } from './config.ts';

/** '' for none. Throws AuditError when the name cannot be resolved. */
export async function nodeName({
  name_format: format,
  name,
}: Pick<DaemonConfig, 'name_format' | 'name'>): Promise<string> {
  switch (format) {
    case 'none':
      return '';
    case 'hostname':
      return clean(hostname());
    case 'user':
      return clean(name);
    case 'numeric':
      return clean((await resolve()).address);
    case 'fqd':
      await resolve();
      return clean(await fullName());
  }
}

async function resolve() {
  try {
    return await lookup(hostname());
  } catch (cause) {
    throw new AuditError(
      'name',
      `Cannot resolve this machine's name ${hostname()} (name_format): ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** The canonical name of this machine: getaddrinfo's, asked through the resolver of the system. */
async function fullName(): Promise<string> {
  const { lookupService } = await import('node:dns/promises');
  const { address } = await resolve();
  return (await lookupService(address, 0)).hostname;
}

/** A space or a control byte in a name would let it forge fields. */
const clean = (name: string) => name.replace(/[\s\x00-\x1f\x7f]/g, '_');
