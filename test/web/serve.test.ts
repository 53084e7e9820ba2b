// `auspex serve` as people run it: which trail, what is added to it and rotated, two of them on one store, how it ends,
// whom it lets in, and what a rude client can do.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { get as httpGet } from 'node:http';
import { request as secure } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ApiFault, EventCount, EventPage, Health } from '../../src/web/contract.ts';
import { until } from '../until.fixture.ts';
import { call, folder, notBuilt, root, SAMPLE, SLOW, serve, slowLine } from './serve.fixture.ts';

const lines = readFileSync(SAMPLE, 'latin1').trimEnd().split('\n');
const ids = (some: readonly string[]): Set<string> => new Set(some.map((line) => /audit\(([^)]+)\)/.exec(line)![1]!));
const run = (...argv: string[]) =>
  spawnSync(process.execPath, [join(root, 'bin/auspex'), 'serve', ...argv], {
    encoding: 'utf8',
    input: '',
    timeout: 100_000,
  });

describe.skipIf(notBuilt)(`auspex serve${notBuilt ? ` (skipped: ${notBuilt})` : ''}`, { timeout: 120_000 }, () => {
  it('shows the sample, says so, lets in once, ends cleanly and leaves nothing', async () => {
    const scratch = mkdtempSync(join(folder, 'tmp-'));
    const page = await serve(['--source', 'sample'], { TMPDIR: scratch });
    expect(readdirSync(scratch).length).toBe(1);
    const health = (await page.ask('/api/health')).json<Health>();
    expect(health.source.kind).toBe('sample');
    expect(page.text()).toContain(health.source.text);
    expect(page.text()).toContain('For another browser');
    await until(async () => (await page.ask('/api/health')).json<Health>().reading === undefined);
    expect((await page.ask('/api/events/count')).json<EventCount>().count).toBe(ids(lines).size);
    expect((await call(page.origin, '/api/health')).message.statusCode).toBe(401);
    expect((await call(page.origin, '/api/health', undefined, { host: 'evil.example' })).message.statusCode).toBe(421);
    expect(await page.end('SIGINT')).toBe(0);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('follows a log through additions and a rotation, with nothing lost or doubled', async () => {
    const log = join(folder, 'audit.log');
    const part = Math.floor(lines.length / 3);
    const write = (file: string, from: number, to: number): void =>
      appendFileSync(file, `${lines.slice(from, to).join('\n')}\n`, 'latin1');
    write(log, 0, part);
    const page = await serve(['-i', log]);
    const shown = async (): Promise<string[]> =>
      (await page.ask('/api/events?limit=1000')).json<EventPage>().events.map((event) => event.id);
    write(log, part, 2 * part);
    await until(async () => (await shown()).length >= ids(lines.slice(0, 2 * part)).size - 1);
    renameSync(log, `${log}.1`);
    write(`${log}.1`, 2 * part, 2 * part + 5); // the daemon's last words before it opens the new file
    write(log, 2 * part + 5, lines.length);
    await until(async () => (await shown()).length >= ids(lines).size);
    const all = await shown();
    expect(new Set(all)).toEqual(ids(lines));
    expect(all.length).toBe(ids(lines).size);
    expect(await page.end()).toBe(0);
  });

  it('goes on in a store of its own choice, and refuses a second process on it', async () => {
    const db = join(folder, 'own.duckdb');
    const log = join(folder, 'kept.log');
    writeFileSync(log, readFileSync(SAMPLE));
    const first = await serve(['-i', log, '--db', db]);
    await until(async () => (await first.ask('/api/events/count')).json<EventCount>().count === ids(lines).size);
    const second = run('--no-open', '-p', '0', '-i', log, '--db', db);
    expect(second.status).toBe(1);
    expect(second.stderr).toContain(`process ${first.child.pid}`);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');
    const again = await serve(['-i', log, '--db', db]);
    await until(async () => (await again.ask('/api/health')).json<Health>().reading === undefined);
    expect((await again.ask('/api/events/count')).json<EventCount>().count).toBe(ids(lines).size);
    expect(await again.end()).toBe(0);
  });

  it('stores what comes while questions take long, answers what is quick, and ends in order meanwhile', async () => {
    const log = join(folder, 'asked.log');
    writeFileSync(log, slowLine());
    const page = await serve(['-i', log]);
    const stored = async (): Promise<number> => (await page.ask('/api/events/count')).json<EventCount>().count;
    await until(async () => (await stored()) === 1);
    let answered = 0;
    // One that is cut off because its time is over (408) has no answer.
    const told = ({ status }: { status: number }) => (answered += Number(status === 200));
    const slow = SLOW.flatMap((q) => [`/api/events/count?q=${q}`, `/api/live?q=${q}`]);
    const asked = slow.map((path) => page.ask(path).then(told, () => {}));
    // What no engine that goes one way after the other ever answers.
    const evil = (await page.ask(`/api/events/count?q=${encodeURIComponent('\\regexp /^([^@]+)+@$/')}`)).status;
    appendFileSync(log, `${lines.join('\n')}\n`, 'latin1');
    await until(async () => (await stored()) >= ids(lines).size);
    expect(answered).toBe(0);
    expect([200, 408]).toContain(evil);
    expect(await page.end()).toBe(0);
    await Promise.all(asked);
  });

  it('says what is wrong with its options', async () => {
    expect(run('--listen', '0.0.0.0').stderr).toMatch(/--tls-cert/);
    expect(run('--listen', 'localhost.example').stderr).toMatch(/takes an address/);
    expect(run('--port', '70000').stderr).toMatch(/--port/);
    expect(run('--source', 'cloud').stderr).toMatch(/auto, live, log, sample/);
    expect(run('-i', '/nothing/here').stderr).toMatch(/\/nothing\/here/);
    expect(run('--source', 'sample', '-i', SAMPLE).status).toBe(2);
    const page = await serve(['--source', 'sample']);
    expect(run('--source', 'sample', '-p', String(page.port)).stderr).toMatch(/another program listens there/);
    await page.end();
  });

  it('listens elsewhere with TLS and a password', async () => {
    const made = spawnSync('openssl', [
      ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -keyout'.split(
        ' ',
      ),
      join(folder, 'key.pem'),
      '-out',
      join(folder, 'cert.pem'),
    ]);
    if (made.status !== 0) return expect(existsSync('/usr/bin/openssl')).toBe(false);
    const line = spawnSync(process.execPath, [join(root, 'bin/auspex'), 'serve', '--make-password', 'alice'], {
      input: 'correct horse battery\n',
      encoding: 'utf8',
    }).stdout;
    writeFileSync(join(folder, 'users'), line);
    const refused = (mode: number, file: string): string => {
      const path = join(folder, file);
      const before = statSync(path).mode;
      chmodSync(path, mode);
      const said = run('--listen', '0.0.0.0', ...tls, '--password-file', join(folder, 'users'), '--source', 'sample');
      chmodSync(path, before);
      return said.status === 1 ? said.stderr : `it ended with ${said.status}`;
    };
    const tls = ['--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem')];
    expect(refused(0o644, 'key.pem')).toMatch(/key\.pem must not be readable by group or others .*chmod go=/);
    expect(refused(0o666, 'users')).toMatch(/users must not be writable by group or others .*chmod go-w/);
    expect(refused(0o664, 'cert.pem')).toMatch(/cert\.pem must not be writable/);
    const { child, port } = await plainServe([
      '--listen',
      '0.0.0.0',
      ...tls,
      '--password-file',
      join(folder, 'users'),
      '--source',
      'sample',
    ]);
    const login = async (password: string) => {
      const asked = secure({
        host: '127.0.0.1',
        port,
        path: '/api/login',
        method: 'POST',
        rejectUnauthorized: false,
        headers: { 'content-type': 'application/json' },
      });
      asked.end(JSON.stringify({ name: 'alice', password }));
      const [reply] = await once(asked, 'response');
      reply.resume();
      return [reply.statusCode, reply.headers['set-cookie']?.[0], reply.headers['strict-transport-security']];
    };
    const [status, cookie, strict] = await login('correct horse battery');
    expect([status, strict]).toEqual([200, 'max-age=31536000']);
    expect(cookie).toMatch(/^__Host-auspex\d+=.*; Secure$/);
    expect((await login('wrong'))[0]).toBe(401);
    child.kill();
    await once(child, 'exit');
  });

  it('is not held by clients that say little or never end, and withdraws what nobody waits for', async () => {
    const page = await serve(['--source', 'sample']);
    const slow = connect(page.port, '127.0.0.1').resume();
    slow.on('error', () => {});
    slow.write('GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ');
    const cut = once(slow, 'close');
    const large = connect(page.port, '127.0.0.1').resume();
    large.on('error', () => {});
    large.write(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}`);
    await once(large, 'close');
    for (let i = 0; i < 60; i++) {
      const asked = httpGet(`${page.origin}/api/report.html`, { headers: page.secrets, agent: false });
      asked.on('error', () => {});
      await once(asked, 'socket');
      setTimeout(() => asked.destroy(), 20);
    }
    await until(async () => (await page.ask('/api/events/count')).status === 200);
    const wide = await page.ask('/api/login', { token: 'x'.repeat(20_000) });
    expect([wide.status, wide.json<ApiFault>().error.code]).toEqual([413, 'too-long']);
    await cut;
    expect(await page.end()).toBe(0);
  });
});

/** Starts it where its address cannot be asked without trust; its port. */
async function plainServe(more: readonly string[]) {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [join(root, 'bin/auspex'), 'serve', '--no-open', '-p', '0', ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += chunk;
    const port = /Open https:\/\/[^\s/]*:(\d+)\//.exec(said)?.[1];
    if (port) return { child, port: Number(port) };
  }
  throw new Error(`it ended: ${said}`);
}
