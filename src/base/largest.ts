// The largest of many numbers: `Math.max(...)` puts each on the stack, and ends with a RangeError where there are more than
// about a hundred thousand.

/** The largest of some numbers, at least `least`. */
export function largest(numbers: Iterable<number>, least: number): number {
  let most = least;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
