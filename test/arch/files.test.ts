// Files are made in one way (src/host/files.ts): no other file of src calls what makes, links, moves or opens one for
// writing by its path, but for those named here, each with its reason.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '../../src');

const MAKERS =
  /\b(?:(?:writeFile|appendFile|copyFile|cp|mkdir|mkdtemp|symlink|link|rename|chmod|chown|lchown|truncate)Sync|createWriteStream)\(|\bopenSync\((?![^)]*('r'|O_RDONLY))/g;

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'host/place.ts': ['mkdirSync(', 'openSync('], // the one way
  'host/files.ts': ['mkdtempSync(', 'openSync(', 'renameSync('],
  'host/login.ts': ['writeFileSync('], // /proc/self/loginuid
  'logs/rotate.ts': ['renameSync('], // a log shifts in its folder; a name is moved, nothing followed
  'logs/writer.ts': ['renameSync('],
  'daemon/self.ts': ['chmodSync(', 'chownSync(', 'mkdirSync(', 'openSync('], // /proc; the log's folder, checked up to the root
  'daemon/compress.ts': ['createWriteStream('], // on a descriptor
  'cli/who-touched.ts': ['createWriteStream('],
  'cli/link.ts': ['symlinkSync('], // makes links and fails where anything is
};

it('no other file makes files by their path', () => {
  const found: Record<string, string[]> = {};
  for (const name of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || /\.(test|fixture)\.ts$/.test(name)) continue;
    const text = readFileSync(join(src, name), 'utf8');
    expect(text, name).not.toContain("'node:fs/promises'"); // its names are others
    const calls = [...new Set([...text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '').matchAll(MAKERS)].map(([call]) => call))];
    if (calls.length > 0) found[name] = calls.sort();
  }
  expect(found).toEqual(ALLOWED);
});
