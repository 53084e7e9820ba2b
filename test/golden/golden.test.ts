// Every classic tool against what the reference tools print (../shared/golden), byte for byte. A case that differs on
// purpose stands in deliberate.json with its reason, and in docs/compat.md. The recorded cases know the users of
// golden/passwd: the checker mounts it over /etc/passwd in a mount namespace of its own, which needs root.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const checker = join(root, '../shared/golden/check.mjs');
const deliberate = JSON.parse(readFileSync(join(import.meta.dirname, 'deliberate.json'), 'utf8')) as Record<
  string,
  string
>;

function reasonToSkip(): string | undefined {
  if (!existsSync(checker)) return 'needs ../shared/golden';
  if (process.getuid?.() !== 0) return 'needs root';
  return spawnSync('unshare', ['-m', 'true']).status === 0 ? undefined : 'needs mount namespaces';
}

/** Tools the golden cases know and this tree has. */
function tools(): string[] {
  const lines = readFileSync(join(checker, '../cases.jsonl'), 'utf8').trim().split('\n');
  const known = new Set(lines.map((line) => (JSON.parse(line) as { tool: string }).tool));
  return readdirSync(join(root, 'bin')).filter((name) => known.has(name));
}

/** What the checker says of a tool; through a file, since it ends at once and a pipe would lose its last lines. */
async function run(tool: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'auspex-golden-'));
  const file = join(folder, 'out');
  const out = openSync(file, 'w');
  try {
    const args = [checker, '--bin', join(root, 'bin'), '--tool', tool, '--show', '100000'];
    await once(spawn(process.execPath, args, { stdio: ['ignore', out, 'inherit'] }), 'exit');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(out);
    rmSync(folder, { recursive: true, force: true });
  }
}

const reason = reasonToSkip();

describe.skipIf(reason)(`golden${reason ? ` [${reason}]` : ''}`, () => {
  it.each(reason ? [] : tools())('%s prints what the reference prints', { timeout: 600_000 }, async (tool) => {
    const output = await run(tool);
    expect(output).toMatch(/^\d+ passed, \d+ failed$/m);
    const differing = [...output.matchAll(/^(\d{4,}) {2}.*\n {4}.*$/gm)].filter(
      (m) => !Object.hasOwn(deliberate, m[1]!),
    );
    expect(differing.slice(0, 10).map((m) => m[0])).toEqual([]);
  });
});
