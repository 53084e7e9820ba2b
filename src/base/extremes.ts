// The largest and the smallest of many numbers. `Math.max(...list)` puts every number on the stack, and throws where a trail
// makes the list longer than that (somewhat above 100,000).

/** The largest of the numbers; `floor` where there is none larger. */
export function largest(numbers: Iterable<number>, floor = Number.NEGATIVE_INFINITY): number {
  let found = floor;
  for (const number of numbers) if (number > found) found = number;
  return found;
}

/** The smallest of the numbers; Infinity where there is none. */
export function smallest(numbers: Iterable<number>): number {
  let found = Number.POSITIVE_INFINITY;
  for (const number of numbers) if (number < found) found = number;
  return found;
}
