// `auspex watch` in the audit daemon's place, on a terminal of its own: however it is ended, the kernel is as it was.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { until } from '../until.fixture.ts';
import { describeKernel } from './kernel.fixture.ts';

const auspex = fileURLToPath(new URL('../../bin/auspex', import.meta.url));
const terminal = spawnSync('script', ['--version']).status === 0;
const why = terminal ? '' : ' (skipped: no script(1), which makes a terminal)';

describeKernel(`auspex watch${why}`, (kernel) => {
  it.skipIf(!terminal).each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGKILL', 137],
  ] as const)(
    'ended by %s gives the kernel back',
    async (signal, status) => {
      const settings = () => {
        const { enabled, pid, backlogLimit } = kernel().status();
        return { enabled, pid, backlogLimit };
      };
      const before = settings();
      const child = spawn('script', ['-qec', `exec ${process.execPath} "${auspex}" watch`, '/dev/null'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let shown = '';
      child.stdout.on('data', (d: Buffer) => (shown += d));
      const gone = once(child, 'exit');
      await until('the screen', () => shown.includes('the kernel, no daemon') || child.exitCode !== null);
      const { pid } = settings();
      expect(pid, shown).toBeGreaterThan(0);
      process.kill(pid, signal);
      expect(await gone).toEqual([status, null]);
      // A killed one cannot do it itself: its guard does.
      if (signal === 'SIGKILL')
        await until('the guard', () => settings().pid === 0 && settings().enabled === before.enabled);
      expect(settings()).toEqual(before);
    },
    120_000,
  );
});
