// Comparison operators on numbers.

import type { Order } from './predicate.ts';

/** Whether a difference (left minus right) stands in that order. */
export function inOrder(difference: number, order: Order): boolean {
  switch (order) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '=':
      return difference === 0;
    case '>=':
      return difference >= 0;
    case '>':
      return difference > 0;
    case '!=':
      return difference !== 0;
  }
}
