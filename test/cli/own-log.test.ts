// Where this machine's own log is, is auditd.conf's to say: every verb that is told no trail reads that one. In a mount
// namespace whose /etc/audit is the test's; a log at the default place would be another one.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownEtc, root, sceneFolder, startIn } from '../remote/namespace.fixture.ts';

const bin = join(import.meta.dirname, '../../bin');
const here = root && existsSync('/etc/audit');
const folder = here ? sceneFolder('own-log') : '';
afterAll(() => here && rmSync(folder, { recursive: true, force: true }));

/** What a command prints; its standard input is no pipe, which would be read as a trail. */
function said(command: string): Promise<string> {
  const child = startIn('/bin/sh', ['-c', `${command} > ${folder}/out 2>&1 < /dev/null`], [ownEtc(folder)]);
  return new Promise((done) => child.on('close', () => done(readFileSync(join(folder, 'out'), 'utf8'))));
}

describe.skipIf(!here)(`log_file of auditd.conf${here ? '' : ' (skipped: needs root, namespaces, /etc/audit)'}`, () => {
  it.each([
    ['auspex', /^The audit trail of this machine\n\S+\/kept\/trail\.log, /],
    ['auspex overview', /519 in 1,672 records/],
    ['auspex who-killed findpid', /^findpid \(pid 6016\) was killed by roxen/],
    ['auspex who-touched /etc/shadow', /^\/etc\/shadow /],
    ['auspex sessions 22', /^alice +session 22/],
    ['auspex tree --session 22', /findpid/],
    ['auspex summary --session 22', /^session 22/],
    ['auspex report events --by user', /alice|1001/],
    ['auspex search --count --key signals', /^\d\d+\n$/],
    ['auspex store ingest --db $0/store.duckdb --json', /"events":519/],
    ['aureport --summary', /Number of events: 51\d/],
    ['ausearch -k signals --just-one', /^----\n/],
  ])('%s', async (command, wanted) => {
    mkdirSync(join(folder, 'kept'), { recursive: true });
    mkdirSync(join(folder, 'etc'), { recursive: true });
    writeFileSync(join(folder, 'kept/trail.log'), readFileSync(join(bin, '../sample/audit.log')));
    writeFileSync(join(folder, 'etc/auditd.conf'), `log_file = ${folder}/kept/trail.log\n`);
    expect(await said(`"${bin}"/${command.replace('$0', folder)}`)).toMatch(wanted);
  });
});
