// A file that decides who may come in is read only when nobody else could have written it, or, of a secret, read it.

import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readGuarded } from './trusted.ts';

const folder = mkdtempSync(join(tmpdir(), 'auspex-trusted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
function file(mode: number): string {
  const path = join(folder, `file-${++made}`);
  writeFileSync(path, 'text');
  chmodSync(path, mode);
  return path;
}
const link = (to: string): string => {
  const path = join(folder, `link-${++made}`);
  symlinkSync(to, path);
  return path;
};
const notRoot = process.getuid?.() === 0 ? '' : ' (skipped: not root)';

describe('a guarded file', () => {
  it('is read with the modes that keep others out, for what it is', () => {
    for (const mode of [0o400, 0o600, 0o700]) expect(readGuarded(file(mode), true).toString()).toBe('text');
    for (const mode of [0o644, 0o444, 0o640]) expect(readGuarded(file(mode), false).toString()).toBe('text');
  });

  it('is refused where group or others may write it, or read a secret; the remedy is told', () => {
    for (const secret of [true, false])
      for (const mode of [0o666, 0o664, 0o620, 0o602, 0o646])
        expect(() => readGuarded(file(mode), secret)).toThrow(/must not be writable by group or others .*chmod go-w/);
    for (const mode of [0o644, 0o640, 0o604, 0o440, 0o601, 0o610])
      expect(() => readGuarded(file(mode), true)).toThrow(/must not be readable by group or others .*chmod go=/);
  });

  it('is reached through links of ours, and is a file', () => {
    expect(readGuarded(link(link(file(0o600))), true).toString()).toBe('text');
    expect(() => readGuarded(link(file(0o644)), true)).toThrow(/readable/);
    const round = join(folder, 'round');
    symlinkSync(round, round);
    expect(() => readGuarded(round, true)).toThrow(/too many links/);
    mkdirSync(join(folder, 'folder'));
    for (const path of [join(folder, 'folder'), '/dev/null'])
      expect(() => readGuarded(path, false)).toThrow(/regular file|writable/);
    expect(() => readGuarded(join(folder, 'none'), false)).toThrow(/ENOENT/);
  });

  it.skipIf(notRoot)(`is refused where it, or a link to it, belongs to somebody else${notRoot}`, () => {
    const theirs = file(0o600);
    chownSync(theirs, 65_534, 65_534);
    expect(() => readGuarded(theirs, true)).toThrow(/belongs to uid 65534.*chown/);
    expect(() => readGuarded(link(theirs), true)).toThrow(/belongs to uid 65534/);
    const planted = link(file(0o600));
    lchownSync(planted, 65_534, 65_534);
    expect(() => readGuarded(planted, true)).toThrow(/is a link that belongs to uid 65534/);
    const hard = join(folder, 'hard');
    linkSync(theirs, hard);
    expect(() => readGuarded(hard, true)).toThrow(/belongs to uid 65534/);
  });
});
