// Stamps of the kernel's log that tell no time (Android's logger, a kernel whose clock is not set yet), and early ones that do.
import { describe, expect, it } from 'vitest';
import { auspex, FILE, unbuilt } from './wild.fixture.ts';

const BODY =
  'avc:  denied  { read } for  pid=12 comm="app" name="x" dev="mmcblk0" ino=5 scontext=u:r:a:s0 tcontext=u:r:b:s0 tclass=file permissive=0';
const UNTIMED = [
  `04-01 20:46:28.364   587   587 E audit   : type=1400 audit(0.0:279): ${BODY}`,
  `[    0.412345] audit: type=1400 audit(0.412:279): ${BODY}`,
  `type=1400 msg=audit(0.000:279): ${BODY}`,
];
const search = async (line: string, format: string): Promise<string> =>
  (await auspex(['search', FILE, '--format', format], `${line}\n`)).stdout;

describe.skipIf(unbuilt !== '')(`a record without a time${unbuilt}`, () => {
  it.each(UNTIMED)('is no event of 1970: %s', async (line) => {
    const event = JSON.parse(await search(line, 'json'));
    expect([event.time, event.serial]).toEqual([null, 279]);
    expect((await search(line, 'csv')).split('\n')[1]).toMatch(/^,,279,/);
    expect(await search(line, 'interpreted')).toMatch(/^time not known {2}279 {2}/);
    expect(JSON.parse(await search(line, 'ecs')).auditd.time).toBe('time not known');
    expect(JSON.parse(await search(line, 'ocsf')).unmapped.auditd.time).toBe('time not known');
    const { stdout } = await auspex(['report', 'avc', '--rows', '-i', FILE], `${line}\n`);
    expect(stdout).toContain('time not known');
    expect((await auspex(['report', '--by', 'day', '-i', FILE], `${line}\n`)).stdout).toContain('(no date)');
    expect(JSON.parse((await auspex(['summary', '--json', '-i', FILE], `${line}\n`)).stdout).first).toBeNull();
  });

  it('is not one whose clock counts from 1970', async () => {
    const line = `type=AVC msg=audit(37.500:9): ${BODY}`;
    expect(JSON.parse(await search(line, 'json')).time).toBe('1970-01-01T00:00:37.500Z');
    expect(await search(line, 'interpreted')).toMatch(/^1970-01-01 00:00:37.500 {2}9 {2}/);
  });
});
