// Columns of an expression as the server counts them (characters, from 0) against places in a JavaScript string (UTF-16).

/** The place in `text` of a column. */
export function placeOf(text: string, column: number): number {
  let place = 0;
  for (let left = column; left > 0 && place < text.length; left--) place += text.codePointAt(place)! > 0xffff ? 2 : 1;
  return place;
}

/** The column of a place in `text`. */
export const columnOf = (text: string, place: number): number => [...text.slice(0, place)].length;
