// Parts of the page come when they are first needed. One that cannot be fetched because the server is away is fetched again
// when it answers: React would remember the first failure for as long as the page is open.
import { get } from './client.ts';
import { answered } from './line.ts';
import { asFault } from './reply.ts';

/** Loads, and while the server does not answer waits for it. Throws what else goes wrong. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch (error) {
      if (await answers()) throw error;
      await answered();
    }
  }
}

/** Does the server answer, whatever it says? */
const answers = (): Promise<boolean> =>
  get('/api/health').then(
    () => true,
    (error) => asFault(error).status !== 0,
  );
