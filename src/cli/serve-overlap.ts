// Where history from a log meets the live capture: the last events of the one are the first of the other. The ids of what
// the log brought are remembered from shortly before the capture began, and each is passed over once when it comes again.

import { stampText } from '../base/event-id.ts';
import type { Store } from '../store/index.ts';

/** Two faces of a store that is a plain object (a hub's): what is appended to `before` from second `from` on is not appended again by `after`. */
export function unlikeBefore(store: Store, from: number): { readonly before: Store; readonly after: Store } {
  const ids = new Set<string>();
  const face = (append: Store['append']): Store => ({ ...store, append });
  return {
    before: face(async (events, progress) => {
      await store.append(events, progress);
      for (const event of events) if (event.sec >= from) ids.add(stampText(event));
    }),
    after: face((events, progress) =>
      store.append(ids.size === 0 ? events : events.filter((event) => !ids.delete(stampText(event))), progress),
    ),
  };
}
