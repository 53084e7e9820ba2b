// How the system treats this thread. Node's os.setPriority would change the main thread, not a worker.
import { cFunction } from './load.ts';

const setpriority = cFunction<(which: number, who: number, nice: number) => number>(
  'int setpriority(int, uint32_t, int)',
);

const PRIO_PROCESS = 0;

/** Sets the niceness of the calling thread (-20 the most favoured); false where that is not permitted. */
export function niceThread(nice: number): boolean {
  return setpriority(PRIO_PROCESS, 0, nice) === 0; // on Linux who 0 is the calling thread (setpriority(2))
}
