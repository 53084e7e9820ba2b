// What rules are read with on this machine: a path that cannot be asked for.
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readRules } from '../rule/index.ts';
import { ruleContext } from './context.ts';

it('a path that cannot be asked for costs no other rule anything', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auspex-context-'));
  try {
    symlinkSync('loop', join(folder, 'loop'));
    const hostile = [`/${'x'.repeat(300)}`, `/${'a/'.repeat(2040)}`, join(folder, 'loop/a'), '/etc/passwd/a', '/a\0b'];
    const text = [...hostile, folder].map((path) => `-w ${path} -p wa`).join('\n');
    const read = readRules(text, 'f', ruleContext());
    const fields = read.map(({ commands: [command] }) =>
      command?.kind === 'rule' ? command.rule.fields[0]!.field : '',
    );
    expect(fields).toEqual(['path', 'path', 'path', 'path', '', 'dir']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
