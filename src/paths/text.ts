// Names of files as text: made absolute, as far as text alone allows. No file system is asked. Text is latin1.

/** A path with `.`, `..` and double slashes taken out, as far as text alone allows. */
export function normalizePath(path: string): string {
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !absolute) parts.push(part);
  }
  return `${absolute ? '/' : ''}${parts.join('/')}` || (absolute ? '/' : '.');
}

/** The absolute path of a name; undefined when the directory it is relative to is not known. */
export function resolvePath(name: string, directory: string | undefined): string | undefined {
  if (name.startsWith('/')) return normalizePath(name);
  return directory?.startsWith('/') ? normalizePath(`${directory}/${name}`) : undefined;
}

/** The last part of a path: `3` of `/tmp/test/3`; '' where it ends in a slash. */
export const lastPart = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A name whose folder is not known, as text for people: `3, in a folder the trail does not name (inode 917526)`; without a
 * name, the folder itself. `folder` is its device and inode, where those are known. */
export function withoutFolder(name: string | undefined, folder: string | undefined): string {
  const inode = folder?.split(' ')[1];
  const text = `a folder the trail does not name${inode === undefined ? '' : ` (inode ${inode})`}`;
  return name === undefined ? text : `${name}, in ${text}`;
}
