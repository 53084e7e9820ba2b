// Listening to the kernel for as long as somebody looks (`auspex watch`, `auspex serve`): beside the audit daemon where
// one runs, else in its place, so that nothing goes to the console. In its place the settings are guarded: they are put
// back also when this process is killed, even before it knows of its signals.
import { type Capture, openCapture } from './capture.ts';
import { openClient } from './client.ts';
import { Guard } from './undo.ts';

export interface Listening {
  readonly capture: Capture;
  /** Pid of the audit daemon this listens beside; 0 when it is the daemon itself. */
  readonly daemon: number;
  /** Ends the capture and puts the kernel's settings back. */
  close(): Promise<void>;
}

/** Throws AuditError as `openCapture` does. */
export async function listenToKernel(): Promise<Listening> {
  const client = openClient();
  const { pid: daemon, enabled, backlogLimit } = client.status();
  client.close();
  if (daemon !== 0) {
    const capture = await openCapture({ mode: 'multicast' });
    return { capture, daemon, close: async () => void (await capture.close()) };
  }
  const status = enabled === 2 ? {} : { enabled, backlogLimit }; // 2: locked, and not ours to change
  const guard = new Guard({ rules: [], status, daemon: true });
  try {
    const capture = await openCapture({ mode: 'unicast' });
    return {
      capture,
      daemon,
      async close() {
        await capture.close();
        guard.standDown();
      },
    };
  } catch (error) {
    guard.standDown();
    throw error;
  }
}
