// Every program in bin/ and every verb of `auspex` answers --help with its usage, without touching the machine.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verbs } from '../../src/cli/auspex.ts';

const bin = join(import.meta.dirname, '../../bin');
const programs = readdirSync(bin).filter((name) => !name.includes('.'));

function help(program: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(join(bin, program), [...words, '--help'], {
    input: '',
    timeout: 100_000,
  });
  const text = `${stdout}${stderr}`;
  expect(text).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f\ufffd]/); // Unicode printed as latin1 leaves such behind
  return { status, text };
}

describe('--help', () => {
  it.each(programs)('%s', (program) => {
    const { status, text } = help(program);
    expect(text).toMatch(new RegExp(`^usage: ${program}\\b`));
    expect(status).toBe(program === 'ausyscall' ? 1 : 0); // 1 as ausyscall(8) of 4.2.2 ends
  });

  it.each(Object.keys(verbs))('auspex %s', (verb) => {
    const { status, text } = help('auspex', verb);
    expect(text).toMatch(new RegExp(`^usage: auspex ${verb}\\b`));
    expect(status).toBe(0);
  });
});
