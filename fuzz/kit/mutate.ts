// Bytes from bytes: small changes at random places, words put in, pieces of other inputs, and now and then a piece
// repeated until the input is long, which is how work that grows with the square shows.

/** Numbers from 0 up to 1, the same for the same seed. */
export type Random = () => number;

const SIGNS = Buffer.from(' \n\t"\'=,.:;()[]{}<>\\/|&!%$#@*?-+_~^`\0\x1d\x7f\xff\x1b0189aAfFzZ', 'latin1');
const NUMBERS = [
  ...['0', '-1', '1', '255', '256', '1300', '2147483647', '2147483648', '4294967295', '4294967296'],
  ...[
    '9007199254740991',
    '9007199254740993',
    '99999999999999999999',
    '1e99',
    '0x7fffffff',
    '007',
    '1.5',
    '253402300800',
  ],
];
/** Sizes a repeated piece makes. */
const SIZES = [6_000, 24_000, 100_000];

export class Mutator {
  private readonly random: Random;
  private readonly words: readonly Buffer[];
  private readonly longest: number;

  /** `words` are latin1; no input gets longer than `longest`. */
  constructor(random: Random, words: readonly string[], longest: number) {
    this.random = random;
    this.words = words.map((word) => Buffer.from(word, 'latin1'));
    this.longest = longest;
  }

  /** A whole number from 0, below `n`. */
  below(n: number): number {
    return Math.floor(this.random() * n);
  }

  /** A changed copy of `from`; `other` lends pieces. */
  change(from: Buffer, other: Buffer): Buffer {
    let bytes = from;
    const times = 1 + this.below(this.below(4) === 0 ? 16 : 3);
    for (let i = 0; i < times; i++) bytes = this.once(bytes, other);
    return bytes.length > this.longest ? bytes.subarray(0, this.longest) : bytes;
  }

  private once(bytes: Buffer, other: Buffer): Buffer {
    const at = this.below(bytes.length + 1);
    const span = Math.min(bytes.length - at, this.span());
    switch (this.below(12)) {
      case 0: {
        const copy = Buffer.from(bytes);
        if (copy.length > 0) copy[Math.min(at, copy.length - 1)]! ^= 1 << this.below(8);
        return copy;
      }
      case 1:
        return put(bytes, at, Math.min(span, 1), Buffer.of(this.sign()));
      case 2:
        return put(bytes, at, 0, Buffer.of(this.sign()));
      case 3:
        return put(bytes, at, span, EMPTY);
      case 4:
        return put(bytes, at, 0, bytes.subarray(at, at + span));
      case 5:
      case 6:
        return put(bytes, at, 0, this.word());
      case 7:
        return put(bytes, at, span, this.word());
      case 8:
        return this.number(bytes, at);
      case 9:
        return this.lines(bytes);
      case 10: {
        const from = this.below(other.length + 1);
        return put(bytes, at, this.below(2) * span, other.subarray(from, from + 4 * this.span()));
      }
      default:
        return this.toHex(bytes, at, span);
    }
  }

  /** Mostly short. */
  private span(): number {
    return 1 + this.below(1 << this.below(9));
  }

  private sign(): number {
    return this.below(3) === 0 ? this.below(256) : SIGNS[this.below(SIGNS.length)]!;
  }

  private word(): Buffer {
    return this.words[this.below(this.words.length)] ?? EMPTY;
  }

  /** Another number in the place of the first one behind `at`. */
  private number(bytes: Buffer, at: number): Buffer {
    let from = at;
    while (from < bytes.length && !isDigit(bytes[from]!)) from++;
    let to = from;
    while (to < bytes.length && isDigit(bytes[to]!)) to++;
    return put(bytes, from, to - from, Buffer.from(NUMBERS[this.below(NUMBERS.length)]!));
  }

  /** A line taken away, doubled, or put elsewhere. */
  private lines(bytes: Buffer): Buffer {
    const start = this.below(2) === 0 ? 0 : bytes.lastIndexOf(10, this.below(bytes.length + 1)) + 1;
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    const line = bytes.subarray(start, end);
    const without = this.below(3) === 0 ? bytes : put(bytes, start, end - start, EMPTY);
    const goal = this.below(3) === 0 ? -1 : without.indexOf(10, this.below(without.length + 1));
    return goal < 0 ? without : put(without, goal + 1, 0, line);
  }

  /** A piece written in hex, as the kernel writes untrusted strings. */
  private toHex(bytes: Buffer, at: number, span: number): Buffer {
    return put(
      bytes,
      at,
      span,
      Buffer.from(
        bytes
          .subarray(at, at + span)
          .toString('hex')
          .toUpperCase(),
        'latin1',
      ),
    );
  }

  /** A long input: a piece of `from` (whole lines, or any bytes, or words) again and again; numbers in it may count up. */
  repeat(from: Buffer): Buffer {
    const goal = Math.min(this.longest, SIZES[this.below(SIZES.length)]!);
    const [start, end] = this.piece(from);
    const before = from.subarray(0, start);
    const after = from.subarray(end);
    let piece = from.subarray(start, end);
    if (this.below(3) === 0 || piece.length === 0) piece = Buffer.concat([this.word(), Buffer.of(this.sign())]);
    const counting = this.below(2) === 0;
    const parts = [before];
    let length = before.length + after.length;
    for (let i = 0; length + piece.length <= goal; i++) {
      const part = counting ? countedUp(piece, i) : piece;
      parts.push(part);
      length += part.length;
    }
    parts.push(after);
    return Buffer.concat(parts).subarray(0, this.longest);
  }

  private piece(bytes: Buffer): [number, number] {
    const at = this.below(bytes.length + 1);
    if (this.below(2) === 0) return [at, Math.min(bytes.length, at + this.span())];
    const start = bytes.lastIndexOf(10, at - 1) + 1;
    let end = start;
    for (let lines = 1 + this.below(4); lines > 0; lines--) {
      const newline = bytes.indexOf(10, end);
      end = newline < 0 ? bytes.length : newline + 1;
    }
    return [Math.min(start, end), end];
  }
}

const EMPTY = Buffer.alloc(0);
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

function put(bytes: Buffer, at: number, taken: number, piece: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + taken)]);
}

/** The last number of two digits or more in each line is `i` higher. */
function countedUp(piece: Buffer, i: number): Buffer {
  const text = piece.toString('latin1').replace(/\d{2,9}(?!\d)/g, (digits) => String(Number(digits) + i));
  return Buffer.from(text, 'latin1');
}
