// The reference's client and ours, the reference's servers and ours, on the two ends of one wire: a server that restarts,
// and one that is killed, in the middle, store-and-forward, and every record there once. Skipped, and said, without them.
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../connection.fixture.ts';
import { bin, dispose, folder, newFolder, record, serials, server, start, until } from './interop.fixture.ts';
import { endChild, referenceTool, root, whyNot } from './namespace.fixture.ts';

const ours = join(bin, 'auditd');

beforeEach(newFolder);
afterEach(dispose);

const settings = (port: number) => `remote_server = 127.0.0.1\nport = ${port}\ntransport = tcp\nmode = forward
queue_file = ${folder}/queue\nqueue_depth = 5000\nformat = managed\nnetwork_retry_time = 1\nmax_tries_per_record = 50
max_time_per_record = 10\nheartbeat_timeout = 0\nnetwork_failure_action = syslog\nremote_ending_action = reconnect
startup_failure_action = warn_once_continue\n`;

/** Feeds a client `count` records, one each `pause` ms. */
async function feed(client: ChildProcess, from: number, count: number, pause: number): Promise<number> {
  for (let n = from; n < from + count; n++) {
    client.stdin!.write(record(n));
    if (pause > 0) await sleep(pause);
  }
  return from + count;
}

/**
 * Records all through `rounds` ends of the server, and on after them, for the reference's client tries only with a new
 * one. Every record must be in the log once and in order. Resolves to how many there were.
 */
async function throughEnds(program: string, client: ChildProcess, port: number, ends: readonly NodeJS.Signals[]) {
  let current = await server(program, port);
  let n = await feed(client, 0, 200, 1);
  await until('the first records', () => serials().length > 50);
  for (const signal of ends) {
    const [next] = await Promise.all([
      feed(client, n, 150, 2),
      sleep(150 * Math.random()).then(() => endChild(current, signal)),
    ]);
    n = await feed(client, next, 50, 2);
    current = await server(program, port);
    for (let i = 0; i < 200 && serials().length < n - 20; i++) n = await feed(client, n, i < 40 ? 1 : 0, 50);
  }
  for (let i = 0; i < 200 && serials().length < n; i++) n = await feed(client, n, i < 40 ? 1 : 0, 100);
  await until(`all ${n} records`, () => new Set(serials()).size === n);
  const all = serials();
  // A server of theirs that is killed between writing and acknowledging writes that record again; ours knows it.
  const twice = program === ours ? 0 : ends.filter((signal) => signal === 'SIGKILL').length;
  expect(all.length - n, 'records that came twice').toBeLessThanOrEqual(twice);
  expect(all).toEqual([...all].sort((a, b) => a - b));
  if (process.env.AUSPEX_FIGURES)
    console.log(`${program}: ${n} records through ${ends.join(' ')}, ${all.length - n} twice`);
  return n;
}

const remotes = [
  ["the reference's audisp-remote", referenceTool('audisp-remote')],
  ['our audisp-remote', join(bin, 'audisp-remote')],
] as const;
const servers = [
  ["Debian's auditd", referenceTool('auditd', 'debian')],
  ["the reference's auditd (AUSPEX_REFERENCE)", referenceTool('auditd', 'built')],
  ['our auditd', ours],
] as const;

/** A client whose configuration is `text`: ours takes the file, theirs finds it in /etc/audit. */
function startClient(program: string, text: string): ChildProcess {
  writeFileSync(join(folder, 'audisp-remote.conf'), text, { mode: 0o640 });
  if (program.startsWith(bin)) return start(program, [join(folder, 'audisp-remote.conf')]);
  const etc = `mkdir ${folder}/etc && cp ${folder}/audisp-remote.conf ${folder}/etc && mount --bind ${folder}/etc /etc/audit`;
  return start(program, [], [etc]);
}

describe.skipIf(!root)(`interop over loopback${whyNot}`, () => {
  for (const [clientName, client] of remotes)
    for (const [serverName, program] of servers) {
      const here = client && program;
      const name = `${clientName} -> ${serverName}${here ? '' : ` (skipped: no ${client ? serverName : clientName})`}`;
      if (client !== remotes[1][1] && program !== ours) continue; // theirs with theirs is theirs to test
      it.skipIf(!here)(
        `${name}: a restart in the middle`,
        async () => {
          const port = await freePort();
          await throughEnds(program!, startClient(client!, settings(port)), port, ['SIGTERM']);
        },
        90_000,
      );
      it.skipIf(!here)(
        `${name}: killed three times in the middle`,
        async () => {
          const port = await freePort();
          await throughEnds(program!, startClient(client!, settings(port)), port, ['SIGKILL', 'SIGKILL', 'SIGKILL']);
        },
        120_000,
      );
    }
});
