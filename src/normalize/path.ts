// File names of a record made absolute: as they should be, and as the classic tools print them.

/** `name` seen from `cwd`, with `.`, `..` and doubled slashes resolved; a relative cwd gives a relative path. */
export function absolutePath(cwd: string, name: string): string {
  const path = name.startsWith('/') || cwd === '' ? name : `${cwd}/${name}`;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return (path.startsWith('/') ? '/' : '') + parts.join('/');
}

/**
 * The same as ausearch 4.2.2 prints it: joined as it stands; only where `..` occurs the path is resolved, and then
 * several `..` in a row count as one, and one at the end as none.
 */
export function classicPath(cwd: string, name: string): string {
  const path = name.startsWith('/') || cwd === '' ? name : `${cwd}/${name}`;
  if (!path.includes('..')) return path;
  const parts: string[] = [];
  let up = false;
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      up = true;
      continue;
    }
    if (up) parts.pop();
    up = false;
    parts.push(part);
  }
  return parts.map((part) => `/${part}`).join('');
}
