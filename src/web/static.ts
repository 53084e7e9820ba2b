// The files of the page, read once into memory: index.html for every view's address, assets by name. Vite puts a hash of
// its content into an asset's name, so those are kept by browsers for ever; packed copies (.br, .gz) stand beside them.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};
const PACKED = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

export interface PageFiles {
  /** The file a request asks for; undefined when there is none. */
  reply(request: Request): Response | undefined;
}

/** The page in a folder; undefined where none was built. */
export function pageFiles(folder: string): PageFiles | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(
      `/${path
        .slice(folder.length + 1)
        .split(sep)
        .join('/')}`,
      new Uint8Array(readFileSync(path)),
    );
  }
  return { reply: (request) => replyOf(files, request) };
}

function replyOf(files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, request: Request): Response | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const { pathname } = new URL(request.url);
  const isView = extname(pathname) === '' && !pathname.startsWith('/api');
  const name = isView ? '/index.html' : pathname;
  const type = TYPES[extname(name)];
  const plain = files.get(name);
  if (!plain || !type) return undefined;
  const accepted = (request.headers.get('accept-encoding') ?? '').split(',').map((word) => word.trim().split(';')[0]);
  const packed = PACKED.find(([coding, ending]) => accepted.includes(coding) && files.has(name + ending));
  const hashed = /^\/assets\/.*[-.][\w-]{8,}\.\w+$/.test(name);
  return new Response(request.method === 'HEAD' ? null : packed ? files.get(name + packed[1])! : plain, {
    headers: {
      'Content-Type': type,
      'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
      ...(packed && { 'Content-Encoding': packed[0] }),
    },
  });
}
