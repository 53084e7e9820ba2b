// The trail of a question as explain reads one.

import type { Read } from '../../explain/index.ts';
import type { Ground, Range } from './question.ts';

/** A reader for the questions of explain. What happened later than the range is left out; what happened before it is
 * read too, since it tells who the processes are. */
export const readerOf =
  (ground: Ground, { to }: Range): Read =>
  (reading) =>
    ground.each(to === undefined ? {} : { to }, reading.event);
