// The verb table: help, version, wrong verbs; and `auspex link`.
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { run, verbs } from './auspex.ts';

async function auspex(...argv: string[]) {
  let out = '';
  let err = '';
  const io = { out: (t: string) => void (out += t), err: (t: string) => void (err += t) };
  return { exit: await run(argv, io), out, err };
}

describe('auspex', () => {
  it('lists every verb in --help, in 80 columns', async () => {
    const { exit, out } = await auspex('--help');
    expect(exit).toBe(0);
    for (const name of Object.keys(verbs)) expect(out).toContain(`\n  ${name} `);
    for (const line of Buffer.from(out, 'latin1').toString().split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each(Object.keys(verbs))('%s tells its options with --help', async (name) => {
    const { exit, out } = await auspex(name, '--help');
    expect(exit).toBe(0);
    expect(out).toMatch(new RegExp(`^usage: auspex ${name}`));
  });

  it('knows its version and refuses a verb it has not, naming the nearest', async () => {
    expect((await auspex('--version')).out).toMatch(/^auspex \d+\.\d+\.\d+\n$/);
    const wrong = await auspex('lnk');
    expect([wrong.exit, wrong.out]).toEqual([2, '']);
    expect(wrong.err).toContain('did you mean "link"?');
  });
});

describe('auspex link', () => {
  const dir = mkdtempSync(join(tmpdir(), 'auspex-link-'));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('links every classic name, keeps what is there, replaces it with --force', async () => {
    expect((await auspex('link', dir)).exit).toBe(0);
    const names = readdirSync(dir);
    expect(names).toContain('ausearch');
    expect(names).not.toContain('auspex');
    for (const name of names) expect(basename(readlinkSync(join(dir, name)))).toBe(name);

    rmSync(join(dir, 'ausearch'));
    writeFileSync(join(dir, 'ausearch'), 'mine');
    const second = await auspex('link', dir);
    expect([second.exit, second.out.match(/^kept/gm)?.length]).toEqual([1, 1]);
    expect((await auspex('link', '--force', dir)).exit).toBe(0);
    expect(readlinkSync(join(dir, 'ausearch'))).toMatch(/ausearch$/);
  });
});
