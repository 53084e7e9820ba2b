// `auditd`: the classic command line of auditd(8) around src/daemon. Signals become calls; failures exit statuses.

import { spawn } from 'node:child_process';
import { fromUtf8 } from '../base/bytes.ts';
import { AuditError } from '../base/error.ts';
import { Daemon } from '../daemon/daemon.ts';
import { realWorld } from '../daemon/world.ts';
import { systemAccounts } from '../host/accounts.ts';
import { sockaddrText } from '../interpret/sockaddr.ts';
import { type Io, print, processIo } from './io.ts';
import { helpText, optionTable, parseOptions } from './options.ts';
import { packageVersion } from './version.ts';

/** Exit statuses of auditd(8). */
const STATUS = { failed: 1, usage: 2, privilege: 4, configuration: 6 } as const;

export const table = optionTable({
  tool: 'auditd',
  summary: 'The audit daemon: writes the kernel’s audit records to the log and gives them to plugins.',
  usage: ['[-f] [-l] [-n] [-s disable|enable|nochange] [-c DIR]'],
  words: 0,
  options: [
    { name: 'foreground', forms: ['-f'], help: 'stay in the foreground; records to standard output, no log file' },
    { name: 'links', forms: ['-l'], help: 'follow symbolic links to configuration and log files' },
    { name: 'nofork', forms: ['-n'], help: 'do not fork: for systemd and inittab' },
    {
      name: 'state',
      forms: ['-s'],
      value: 'STATE',
      help: 'disable, enable (the default) or nochange: auditing in the kernel at the start',
    },
    { name: 'folder', forms: ['-c'], value: 'DIR', help: 'folder of auditd.conf, instead of /etc/audit' },
    { name: 'help', forms: ['-h', '--help'], help: 'this text' },
    { name: 'version', forms: ['-v', '--version'], help: 'the version' },
  ],
  notes: [
    'Signals: TERM ends it; HUP reads auditd.conf again; USR1 rotates the log; USR2 resumes logging;',
    'CONT writes a report to /run/audit/auditd.state. Docs: docs/auditd.md.',
  ],
});

export async function run(argv: readonly string[], io: Io): Promise<number> {
  const parsed = parseOptions(table, argv);
  if (parsed.has('help')) {
    print(io, helpText(table));
    return 0;
  }
  if (parsed.has('version')) {
    io.out(`auditd version ${packageVersion()}\n`);
    return 0;
  }
  const startState = parsed.value('state') ?? 'enable';
  if (startState !== 'enable' && startState !== 'disable' && startState !== 'nochange') {
    throw new AuditError('usage', `Cannot run auditd: -s takes disable, enable or nochange, not ${startState}.`);
  }
  if (process.getuid?.() !== 0) {
    io.err('You must be root to run this program.\n');
    return STATUS.privilege;
  }
  const foreground = parsed.has('foreground');
  if (!foreground && !parsed.has('nofork') && !process.send) return daemonize(argv, io);
  return serve({
    foreground,
    startState,
    folder: parsed.value('folder') ?? '/etc/audit',
    followLinks: parsed.has('links'),
  });
}

interface Start {
  readonly foreground: boolean;
  readonly startState: 'enable' | 'disable' | 'nochange';
  readonly folder: string;
  readonly followLinks: boolean;
}

async function serve(start: Start): Promise<number> {
  const world = realWorld(start.foreground);
  process.umask(0o077);
  const daemon = new Daemon({
    ...start,
    version: packageVersion(),
    runFolder: '/run/audit',
    accounts: systemAccounts,
    sockaddr: sockaddrText,
    world,
  });
  process.on('SIGTERM', () => daemon.terminate());
  process.on('SIGINT', () => daemon.terminate());
  process.on('SIGHUP', () => void daemon.reconfigure());
  process.on('SIGUSR1', () => daemon.rotate());
  process.on('SIGUSR2', () => daemon.resume());
  process.on('SIGCONT', () => daemon.report());
  let status = 0;
  process.stdout.on('error', (error) => {
    if (status) return;
    status = STATUS.failed;
    world.log('error', `Cannot write records to standard output: ${error.message}`);
    daemon.terminate();
  });
  await daemon.start();
  process.send?.('ready');
  if (process.connected) process.disconnect();
  await daemon.run();
  return status;
}

/** Starts this tool again in a session of its own, and returns when that one is ready or has failed. */
function daemonize(argv: readonly string[], io: Io): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...argv], {
    detached: true,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((done) => {
    child.on('message', () => {
      child.disconnect();
      child.unref();
      done(0);
    });
    child.on('error', (error) => {
      io.err(`Cannot daemonize: ${error.message}\n`);
      done(STATUS.failed);
    });
    child.on('exit', (status) => done(status ?? STATUS.failed));
  });
}

function statusOf(error: unknown): number {
  const code = error instanceof AuditError ? error.code : '';
  if (code === 'usage') return STATUS.usage;
  if (code === 'config') return STATUS.configuration;
  return code === 'not-permitted' ? STATUS.privilege : STATUS.failed;
}

/** Runs the tool as a process of its own. */
export async function main(): Promise<void> {
  try {
    process.exit(await run(process.argv.slice(2), processIo));
  } catch (error) {
    processIo.err(`${fromUtf8((error as Error).message)}\nThe audit daemon is exiting.\n`);
    process.exit(statusOf(error));
  }
}
