// The plugin programs as auditd runs them: records on standard input, as text and as binary, then its end.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BinaryReader, encodeBinary } from '../../src/dispatch/wire.ts';
import { dial } from '../connection.fixture.ts';
import { until } from '../until.fixture.ts';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auspex-plugins-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const call = (serial: number, syscall: number, more: string) =>
  `type=SYSCALL msg=audit(1795234667.115:${serial}): arch=c000003e syscall=${syscall} success=no exit=-13 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=4000000 auid=1001 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="x" exe="/bin/x" key=${more}`;
const records = [
  call(1, 257, '"one"'),
  'type=PROCTITLE msg=audit(1795234667.115:1): proctitle="x"',
  'type=USER_LOGIN msg=audit(1795234668.000:2): pid=9 uid=0 auid=1001 ses=3 msg=\'op=login acct="al" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.1 terminal=ssh res=failed\'',
  call(3, 62, '"two"'),
  'type=PROCTITLE msg=audit(1795234669.000:3): proctitle="y"',
];
records[3] = records[3]!.replace('1795234667.115', '1795234669.000');

interface Run {
  readonly feed: (bytes: Uint8Array | string) => void;
  readonly ended: Promise<{ status: number | null; out: string; err: string }>;
  readonly end: () => void;
}
function start(tool: string, args: readonly string[]): Run {
  const child = spawn(process.execPath, [join(bin, tool), ...args], { stdio: 'pipe' });
  let out = '';
  let err = '';
  child.stdout.on('data', (d: Buffer) => (out += d.toString('latin1')));
  child.stderr.on('data', (d: Buffer) => (err += d.toString('latin1')));
  child.stdin.on('error', () => {});
  const ended = new Promise<{ status: number | null; out: string; err: string }>((done) =>
    child.on('close', (status) => done({ status, out, err })),
  );
  return { feed: (bytes) => child.stdin.write(bytes), end: () => child.stdin.end(), ended };
}
const text = `${records.join('\n')}\n`;
const binary = Buffer.concat(records.map((r) => encodeBinary({ version: 1, type: 0, text: Buffer.from(r) })));

const PROBE = 'type=USER msg=audit(1.000:9): probe';

describe('audisp-af_unix', () => {
  it.each(['string', 'binary'] as const)('gives records as %s to each who connects', async (format) => {
    const path = join(folder, 'events');
    const run = start('audisp-af_unix', ['0600', path, format]);
    const got: Buffer[][] = [[], []];
    const sockets = await Promise.all(
      got.map(async (chunks) => (await dial({ path })).on('data', (data: Buffer) => chunks.push(data))),
    );
    // Connected is not yet accepted: probe until both are heard, then send what counts.
    const probing = setInterval(() => run.feed(encodeBinary({ version: 1, type: 0, text: Buffer.from(PROBE) })), 50);
    await until(() => got.every((chunks) => chunks.length > 0));
    clearInterval(probing);
    run.feed(binary);
    const read = (chunks: Buffer[]) =>
      format === 'string'
        ? Buffer.concat(chunks).toString()
        : [...new BinaryReader().push(Buffer.concat(chunks))].map((r) => `${Buffer.from(r.text)}\n`).join('');
    await until(() => got.every((chunks) => read(chunks).replaceAll(`${PROBE}\n`, '') === text));
    run.end();
    expect((await run.ended).status).toBe(0);
    expect(existsSync(path)).toBe(false);
    for (const socket of sockets) socket.destroy();
  });

  it('leaves a file alone that is no socket', async () => {
    writeFileSync(join(folder, 'file'), 'x');
    const { status, err } = await start('audisp-af_unix', [join(folder, 'file')]).ended;
    expect([status, err]).toEqual([2, expect.stringContaining('a file that is no socket')]);
  });
});

describe.skipIf(process.getuid?.() !== 0)('audisp-filter (needs root: the program must belong to root)', () => {
  const filter = async (mode: string, expressions: string) => {
    const program = join(folder, 'next');
    writeFileSync(program, `#!/bin/sh\nexec cat > ${folder}/out\n`);
    chmodSync(program, 0o700);
    writeFileSync(join(folder, 'filter.conf'), expressions);
    const run = start('audisp-filter', [mode, join(folder, 'filter.conf'), program]);
    run.feed(text);
    run.end();
    const { status, err } = await run.ended;
    return { status, err, out: existsSync(join(folder, 'out')) ? readFileSync(join(folder, 'out'), 'latin1') : '' };
  };

  it('forwards whole events: blocklist those that match, allowlist the others', async () => {
    const expressions = '# two of three\ntype r= USER_LOGIN\nsyscall i= kill\n';
    expect(await filter('blocklist', expressions)).toEqual({
      status: 0,
      err: '',
      out: `${records.slice(2).join('\n')}\n`,
    });
    expect((await filter('allowlist', expressions)).out).toBe(`${records.slice(0, 2).join('\n')}\n`);
  });

  it('names the line of an expression it cannot read', async () => {
    const { status, err } = await filter('blocklist', 'type r= A\n\ntype r=\n');
    expect(status).toBe(1);
    expect(err).toMatch(/filter\.conf, line 3: /);
  });
});

describe.each(['audisp-filter', 'audisp-remote'])('%s', (tool) => {
  it('says once why it cannot run', async () => {
    const { status, err } = await start(tool, tool === 'audisp-filter' ? [] : [join(folder, 'nowhere')]).ended;
    expect(status).not.toBe(0);
    expect(err.split(`${tool}: `)).toHaveLength(2);
  });
});

describe('audisp-metrics', () => {
  it('counts events, failures and logins into a file', async () => {
    writeFileSync(join(folder, 'm.conf'), `file = ${folder}/audit.prom\n`);
    const run = start('audisp-metrics', [join(folder, 'm.conf')]);
    run.feed(text);
    run.end();
    expect((await run.ended).status).toBe(0);
    const said = readFileSync(join(folder, 'audit.prom'), 'utf8');
    for (const line of [
      'auspex_events_total 3',
      'auspex_events_failed_total 3',
      'auspex_logins_failed_total 1',
      'auspex_records_total 5',
    ])
      expect(said.split('\n')).toContain(line);
  });
});

describe('audisp-json', () => {
  it('writes one object an event, with what /proc knows and the labels of parents', async () => {
    writeFileSync(
      join(folder, 'j.conf'),
      `file = ${folder}/events.json\nlabel = first exe ^/\nlabel = x exe ^/bin/x$\n`,
    );
    const run = start('audisp-json', [join(folder, 'j.conf')]);
    run.feed(binary);
    run.end();
    expect(await run.ended).toMatchObject({ status: 0, err: '' });
    const objects = readFileSync(join(folder, 'events.json'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((l) => JSON.parse(l));
    expect(objects).toHaveLength(3);
    const last = objects.find((o) => o.process);
    expect(last.process.labels).toContain('x');
    expect(last.process.parent.pid).toBe(1);
  });

  it('is not held up by a label, and says which label it cannot read', async () => {
    const conf = (name: string, labels: string) => {
      writeFileSync(join(folder, name), `file = ${folder}/${name}.json\n${labels}\n`);
      return join(folder, name);
    };
    const slow = ['^([^@]+)+@$', '(a|a)*b$', '(.*)*x$'].map(
      (p, i) => `label = l${i} exe ${p}\nlabel = m${i} cmdline ${p}`,
    );
    const run = start('audisp-json', [conf('slow.conf', slow.join('\n'))]);
    run.feed(binary);
    run.end();
    expect(await run.ended).toMatchObject({ status: 0, err: '' });
    expect(readFileSync(`${folder}/slow.conf.json`, 'utf8').trimEnd().split('\n')).toHaveLength(3);
    for (const pattern of ['a{1,500}{1,500}', '('.repeat(100_000), '\\d+', '(.*)\\1']) {
      const { err, status } = await start('audisp-json', [conf('wrong.conf', `label = x exe ${pattern}`)]).ended;
      expect(status, err.slice(-300)).not.toBe(0);
      expect(err).toContain('the pattern is wrong at its column');
      expect(err).not.toContain('RangeError');
    }
  });
});
