// The overview against counts made by plain searching in the sample's text.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../base/index.ts';
import { overview } from './overview.ts';

const sample = join(import.meta.dirname, '../../sample/audit.log');

async function page(log: string): Promise<string> {
  let out = '';
  await overview({ out: (t) => void (out += t), err: (t) => void (out += t) }, log);
  return Buffer.from(out, 'latin1').toString();
}

describe('overview', () => {
  const lines = readFileSync(sample, 'latin1').trimEnd().split('\n');
  const serials = (wanted: RegExp) =>
    new Set(lines.filter((l) => wanted.test(l)).map((l) => /:(\d+)\)/.exec(l)![1])).size;
  const thousands = (n: number) => n.toLocaleString('en-US');

  it('counts what grep counts', async () => {
    const text = await page(sample);
    expect(text).toContain('The audit trail of this machine');
    expect(text).toContain(`${thousands(serials(/./))} in ${thousands(lines.length)} records`);
    const failed = serials(/^type=SYSCALL .* success=no /);
    expect(text).toContain(`${failed} of ${serials(/^type=SYSCALL /)} system calls: EPERM ${serials(/ exit=-1 /)}`);
    expect(text).toContain(`keys      proc ${serials(/^type=SYSCALL .* key="proc"/)}`);
    expect(text).toContain(`alice ${serials(/AUID="alice"/)}`);
    const logins = serials(/^type=USER_LOGIN/);
    expect(text).toContain(`${logins} tries, ${serials(/^type=USER_LOGIN .*res=failed/)} failed`);
    expect(text).toContain('findpid: SIGKILL from pike');
  });

  it('shows the sample where a machine has no trail, with commands that name it', async () => {
    const text = await page('/no/such/audit.log');
    expect(text).toContain('A sample trail (there is no /no/such/audit.log here)');
    expect(text).toMatch(/auspex who-killed -i \S*sample\/audit\.log findpid/);
    for (const line of text.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(80);
  });

  it('comes from a sample of at most 400 kB', () => {
    expect(statSync(sample).size).toBeLessThanOrEqual(400_000);
  });
});
