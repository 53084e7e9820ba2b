// What is wrong with a pattern.

/** Why a text is no regular expression, and where in it (UTF-16 units from 0). */
export class PatternError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'PatternError';
    this.at = at;
  }
}

/** The fault of a pattern that needs more than `room` steps; `at` is its place in the source. */
export const tooLarge = (room: number, at: number): PatternError =>
  new PatternError(
    `it becomes too large here: more than ${room} steps; make repeats like {1,500} smaller, or the pattern shorter`,
    at,
  );
