// Verbs of `auspex` on text as people really have it: `auspex(['who-killed', '-i', FILE], text)` says what is printed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/auspex.ts';

const root = join(import.meta.dirname, '../..');

/** Why a search cannot be run: it writes to its own descriptors, so it is run as a program. */
export const unbuilt = existsSync(join(root, 'dist/.built')) ? '' : ' [needs a build]';

export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** The place of the text's file in a command line. */
export const FILE = '{f}';

/** What `auspex` prints; `{f}` among the arguments is a file that holds `input` (latin1 text, or bytes). */
export async function auspex(args: readonly string[], input: string | Uint8Array): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), 'auspex-wild-'));
  const file = join(folder, 'wild.log');
  writeFileSync(file, typeof input === 'string' ? Buffer.from(input, 'latin1') : input);
  const argv = args.map((word) => (word === FILE ? file : word));
  try {
    return argv[0] === 'search' ? asProgram(argv) : await here(argv);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function asProgram(argv: readonly string[]): Said {
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
  const { stdout, stderr, status } = spawnSync(join(root, 'bin/auspex'), argv, { env, maxBuffer: 1 << 28 });
  return { stdout: stdout.toString('utf8'), stderr: stderr.toString('utf8'), status };
}

async function here(argv: readonly string[]): Promise<Said> {
  let [out, err] = ['', ''];
  const status = await run(argv, { out: (text) => void (out += text), err: (text) => void (err += text) });
  const text = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');
  return { stdout: text(out), stderr: text(err), status };
}
