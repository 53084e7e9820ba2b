// Plain values of latin1 text as JSON whose bytes are UTF-8; members that are undefined, empty objects and empty lists
// are left out, so that a mapping can name everything and print what there is.

import { jsonString } from './json-text.ts';

/** Text that is JSON already. */
export interface RawJson {
  readonly json: string;
}

export type Value =
  | string
  | number
  | boolean
  | undefined
  | RawJson
  | readonly Value[]
  | { readonly [name: string]: Value };

const isRaw = (value: object): value is RawJson => typeof (value as RawJson).json === 'string';

/** The JSON of a value; undefined for one that says nothing. */
export function json(value: Value): string | undefined {
  if (typeof value === 'string') return jsonString(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value !== 'object') return value === undefined ? undefined : String(value);
  if (Array.isArray(value)) return listJson(value);
  return isRaw(value) ? value.json : objectJson(value as { readonly [name: string]: Value });
}

function listJson(list: readonly Value[]): string | undefined {
  let text = '';
  for (const value of list) {
    const written = json(value);
    if (written !== undefined) text += text === '' ? written : `,${written}`;
  }
  return text === '' ? undefined : `[${text}]`;
}

function objectJson(members: { readonly [name: string]: Value }): string | undefined {
  const text = membersJson(members);
  return text === '' ? undefined : `{${text}}`;
}

/** An object of members that are written already, in parts; undefined where no part says anything. */
export function objectOf(...parts: readonly string[]): RawJson | undefined {
  let text = '';
  for (const part of parts) if (part !== '') text += text === '' ? part : `,${part}`;
  return text === '' ? undefined : { json: `{${text}}` };
}

/** The members of an object without its braces; '' where none says anything. Their names are ours: words that need no escape. */
export function membersJson(members: { readonly [name: string]: Value }): string {
  let text = '';
  for (const name in members) {
    const value = members[name];
    if (value === undefined) continue;
    const written = json(value);
    if (written !== undefined) text += text === '' ? `"${name}":${written}` : `,"${name}":${written}`;
  }
  return text;
}
