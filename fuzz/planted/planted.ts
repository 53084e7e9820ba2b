// A target with faults planted in it, each behind a word that no random input holds: what the tests of the kit look for.

let kept: Buffer[] = [];

/** `letters` tells which faults are there. */
export function eat(input: Uint8Array, letters: string): void {
  const text = Buffer.from(input).toString('latin1');
  // One letter after the other, so that each is a step the loop can see.
  if (text[0] === 'p') if (text[1] === 'l') if (text[2] === 'a') if (text[3] === 'n') planted(text, letters);
}

function planted(text: string, letters: string): void {
  if (letters.includes('t') && text[4] === 't') throw new RangeError('planted');
  if (letters.includes('h') && text[4] === 'h') for (;;);
  if (letters.includes('l') && text[4] === 'l') kept.push(Buffer.alloc(20_000, 1));
  if (letters.includes('q') && text[4] === 'q') square(text);
  if (letters.includes('a') && text[4] === 'a') setTimeout(() => Promise.reject(new Error('planted late')), 0);
}

/** Work that grows with the square. */
function square(text: string): void {
  let odd = 0;
  for (let i = 0; i < text.length; i++) for (let j = 0; j < text.length; j++) if (text[i] === text[j]) odd ^= 1;
  if (odd > 1) kept = [];
}
