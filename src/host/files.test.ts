// The one way to make files, under attack: planted links and names, a process that swaps what stands where, every umask.
// As root the other user is 65534; what needs another user is skipped without root.
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  forgetUnfinished,
  keepPrivate,
  makeFolder,
  newFile,
  openOwn,
  refuseSharedFolder,
  replaceFile,
  temporaryFolder,
} from './files.ts';

const OTHER = 65534;
const root = process.getuid?.() === 0;
let own: string;
let shared: string;
let umask: number;
beforeEach(() => {
  umask = process.umask(0);
  own = mkdtempSync(join(tmpdir(), 'auspex-files-'));
  shared = join(own, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
});
afterEach(() => {
  process.umask(umask);
  rmSync(own, { recursive: true, force: true });
});

const modeOf = (path: string): number => lstatSync(path).mode & 0o7777;
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
};
function foreignLink(target: string, path: string): void {
  symlinkSync(target, path);
  lchownSync(path, OTHER, OTHER);
}

describe('files of ours', () => {
  it('have their mode whatever the umask is, and leave nothing beside them', () => {
    for (const mask of [0, 0o022, 0o077]) {
      process.umask(mask);
      replaceFile(join(own, `a${mask}`), 'x');
      replaceFile(join(own, `b${mask}`), 'x', { mode: 0o644, sync: true });
      closeSync(openOwn(join(own, `c${mask}`)));
      makeFolder(join(own, `d${mask}/e`));
      expect(
        [`a${mask}`, `b${mask}`, `c${mask}`, `d${mask}`, `d${mask}/e`].map((name) => modeOf(join(own, name))),
      ).toEqual([0o600, 0o644, 0o600, 0o700, 0o700]);
    }
    expect(readdirSync(own).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('hand on the mode they had where only we write, and no other’s', () => {
    for (const folder of [own, shared]) {
      writeFileSync(join(folder, 'out'), 'before', { mode: 0o644 });
      replaceFile(join(folder, 'out'), 'after');
      expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('after');
    }
    expect([modeOf(join(own, 'out')), modeOf(join(shared, 'out'))]).toEqual([0o644, 0o600]);
  });

  it('are not begun where they cannot end: nothing is left, and the old one stays', () => {
    mkdirSync(join(own, 'folder'));
    expect(codeOf(() => replaceFile(join(own, 'folder'), 'x'))).toBe('EISDIR');
    expect(codeOf(() => replaceFile(join(own, 'missing/x'), 'x'))).toBe('ENOENT');
    writeFileSync(join(own, 'old'), 'old');
    const file = newFile(join(own, 'old'));
    file.close();
    file.close();
    expect(readFileSync(join(own, 'old'), 'utf8')).toBe('old');
    expect(readdirSync(own).sort()).toEqual(['folder', 'old', 'shared']);
  });

  it('left unfinished by a kill are found again, by their name alone', () => {
    const names = ['.queue.0123456789abcdef.tmp', '.queue.0123.tmp', '.other.0123456789abcdef.tmp', 'queue'];
    for (const name of names) writeFileSync(join(own, name), '');
    forgetUnfinished(join(own, 'queue'));
    expect(readdirSync(own).sort()).toEqual([...names.slice(1), 'shared'].sort());
  });

  it('go to what stands for a file: /dev/null, a FIFO, a link of ours, standard output', async () => {
    replaceFile('/dev/null', 'x');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    writeFileSync(join(own, 'target'), '');
    symlinkSync('target', join(own, 'link'));
    symlinkSync(join(own, 'link'), join(own, 'second'));
    replaceFile(join(own, 'second'), 'x');
    expect([readFileSync(join(own, 'target'), 'utf8'), lstatSync(join(own, 'link')).isSymbolicLink()]).toEqual([
      'x',
      true,
    ]);
    spawnSync('mkfifo', [join(own, 'fifo')]);
    const reader = spawn('cat', [join(own, 'fifo')]);
    let heard = '';
    reader.stdout.on('data', (data) => (heard += data));
    replaceFile(join(own, 'fifo'), 'through');
    await new Promise((done) => reader.on('close', done));
    expect(heard).toBe('through');
    const script = `import('${new URL('./files.ts', import.meta.url).href}').then((m) => m.replaceFile('/dev/stdout', 'y'.repeat(300000)))`;
    const said = spawnSync(process.execPath, ['--experimental-strip-types', '--no-warnings', '-e', script], {
      encoding: 'utf8',
    });
    if (process.allowedNodeEnvironmentFlags.has('--experimental-strip-types')) expect(said.stdout.length).toBe(300_000);
  });
});

describe.skipIf(!root)('files of ours, where another writes too [needs root]', () => {
  it('replace a planted link, and do not follow it; nor a second name of a link of ours', () => {
    const victim = join(own, 'victim');
    writeFileSync(victim, 'whole');
    foreignLink(victim, join(shared, 'a'));
    symlinkSync(victim, join(own, 'of-root'));
    linkSync(join(own, 'of-root'), join(shared, 'b')); // as fs.protected_hardlinks = 0 lets anybody
    for (const name of ['a', 'b']) {
      replaceFile(join(shared, name), 'ours');
      expect([lstatSync(join(shared, name)).isFile(), modeOf(join(shared, name))]).toEqual([true, 0o600]);
    }
    expect(readFileSync(victim, 'utf8')).toBe('whole');
  });

  it('are never made below a planted folder link', () => {
    mkdirSync(join(own, 'victim'));
    foreignLink(join(own, 'victim'), join(shared, 'to'));
    for (const work of [
      () => replaceFile(join(shared, 'to/x'), 'x'),
      () => openOwn(join(shared, 'to/x')),
      () => makeFolder(join(shared, 'to/x')),
      () => makeFolder(join(shared, 'to')),
    ])
      expect(codeOf(work)).toBe('ELOOP');
    expect(readdirSync(join(own, 'victim'))).toEqual([]);
  });

  it('are added to only when they are ours alone', () => {
    const at = (name: string): string => join(shared, name);
    writeFileSync(at('theirs'), '', { mode: 0o666 });
    chownSync(at('theirs'), OTHER, OTHER);
    spawnSync('mkfifo', [at('fifo')]);
    foreignLink(join(own, 'victim'), at('link'));
    writeFileSync(join(own, 'victim'), '');
    linkSync(join(own, 'victim'), at('second'));
    expect(['theirs', 'fifo', 'link', 'second'].map((name) => codeOf(() => openOwn(at(name))))).toEqual([
      'EPERM',
      'EINVAL',
      'ELOOP',
      'EPERM',
    ]);
    linkSync(join(own, 'victim'), join(own, 'copy')); // where only we write, it is our own doing
    expect(codeOf(() => closeSync(openOwn(join(own, 'victim'))))).toBe('done');
  });

  it('made by a library are refused a folder that others may write or replace', () => {
    const folders: Record<string, () => void> = {
      sticky: () => chmodSync(join(own, 'sticky'), 0o1777),
      open: () => chmodSync(join(own, 'open'), 0o777),
      theirs: () => chownSync(join(own, 'theirs'), OTHER, OTHER),
      group: () => {
        chownSync(join(own, 'group'), 0, OTHER);
        chmodSync(join(own, 'group'), 0o770);
      },
      'theirs-above': () => {
        chownSync(join(own, 'theirs-above'), OTHER, OTHER);
        mkdirSync(join(own, 'theirs-above/ours'));
      },
      ours: () => chmodSync(join(own, 'ours'), 0o755),
    };
    const said = Object.entries(folders).map(([name, set]) => {
      mkdirSync(join(own, name));
      set();
      return codeOf(() => refuseSharedFolder(join(own, name === 'theirs-above' ? `${name}/ours` : name, 'file')));
    });
    expect(said).toEqual(['folder', 'folder', 'folder', 'folder', 'folder', 'done']);
    symlinkSync(join(own, 'sticky/real'), join(own, 'ours/link'));
    writeFileSync(join(own, 'sticky/real'), '');
    expect(codeOf(() => refuseSharedFolder(join(own, 'ours/link')))).toBe('folder');
  });

  it('for now are kept nowhere that others may take them away', () => {
    const before = process.env.TMPDIR;
    try {
      process.env.TMPDIR = join(own, 'open');
      mkdirSync(process.env.TMPDIR, 0o700);
      expect(temporaryFolder().path.startsWith(process.env.TMPDIR)).toBe(true);
      chmodSync(process.env.TMPDIR, 0o777);
      expect(codeOf(temporaryFolder)).toBe('folder');
      process.env.TMPDIR = shared;
      const { path, forget } = temporaryFolder();
      expect(modeOf(path)).toBe(0o700);
      forget();
      expect(existsSync(path)).toBe(false);
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  });

  // Everything on the way is swapped all the time for a second: never does a file of ours come to where it was not meant.
  it('hold against a process that swaps files, folders and links under them', async () => {
    const victim = join(own, 'victim');
    mkdirSync(victim);
    writeFileSync(join(victim, 'file'), 'whole');
    const theirs = join(shared, 'theirs');
    mkdirSync(theirs);
    for (const path of [theirs, own]) chmodSync(path, 0o777);
    chownSync(theirs, OTHER, OTHER);
    const script = `
      const fs = require('node:fs'); process.setgid(${OTHER}); process.setuid(${OTHER});
      const [shared, victim] = process.argv.slice(1); const real = shared + '/theirs', away = shared + '/away';
      const attempt = (work) => { try { work(); } catch {} };
      process.stdout.write('go');
      for (const end = Date.now() + 1200; Date.now() < end || !fs.existsSync(shared + '/met'); ) {
        attempt(() => fs.renameSync(real, away)); attempt(() => fs.symlinkSync(victim, real));
        attempt(() => fs.unlinkSync(real)); attempt(() => fs.renameSync(away, real));
        attempt(() => fs.unlinkSync(real + '/file')); attempt(() => fs.symlinkSync(victim + '/file', real + '/file'));
        attempt(() => fs.symlinkSync(victim + '/file', shared + '/file'));
      }`;
    const swapper = spawn(process.execPath, ['-e', script, shared, victim]);
    await new Promise((go) => swapper.stdout.once('data', go));
    let made = 0;
    let refused = 0;
    let over = false;
    const ended = new Promise<void>((done) =>
      swapper.on('close', () => {
        over = true;
        done();
      }),
    );
    while (!over) {
      // On a busy machine one may run many times before the other does: it ends when both sides have met.
      if (made > 0 && refused > 0) writeFileSync(join(shared, 'met'), '');
      for (const path of [join(theirs, 'file'), join(shared, 'file'), join(theirs, 'new/file')])
        for (const work of [
          () => replaceFile(path, 'ours'),
          () => closeSync(openOwn(path)),
          () => makeFolder(join(theirs, 'new')),
        ]) {
          if (codeOf(work) === 'done') made++;
          else refused++;
        }
      await new Promise((go) => setImmediate(go));
    }
    await ended;
    expect(readdirSync(victim)).toEqual(['file']);
    expect(readFileSync(join(victim, 'file'), 'utf8')).toBe('whole');
    expect(Math.min(made, refused)).toBeGreaterThan(0); // both sides met
  });
});

describe('a file that a library made', () => {
  it('keeps the group’s rights that somebody gave, and loses those of the umask', () => {
    for (const [given, kept] of [
      [0o644, 0o600],
      [0o666, 0o600],
      [0o640, 0o640],
      [0o600, 0o600],
    ] as const) {
      writeFileSync(join(own, 'db'), '');
      chmodSync(join(own, 'db'), given);
      keepPrivate(join(own, 'db'));
      expect(statSync(join(own, 'db')).mode & 0o777).toBe(kept);
    }
    keepPrivate(join(own, 'missing'));
  });
});
