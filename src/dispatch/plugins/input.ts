// A plugin's standard input: records from auditd, ours or the reference's, as text lines or as binary records (the first
// bytes tell which). The plugin hears of each record, and of the end.

import { LineSplitter } from '../../record/lines.ts';
import { recordTypeName } from '../../tables/records.ts';
import { BinaryReader, type BinaryRecord } from '../wire.ts';

export interface PluginInput {
  /**
   * One record's text without newline; a copy the plugin may keep. `binary` is the record as it came, for a plugin that
   * hands it on; undefined for text input.
   */
  readonly record: (text: Uint8Array, binary: BinaryRecord | undefined) => void;
  /** Called after each chunk's records: a good moment to write what was gathered. */
  readonly chunk?: () => void;
  /** The input is over; `fault` says why when that was not its writer's doing. */
  readonly end: (fault?: string) => void;
}

/** Feeds chunks of a plugin's input to `input`. A binary stream that breaks ends the input: `end` follows, with why. */
export class InputReader {
  private binary: BinaryReader | undefined;
  private lines: LineSplitter | undefined;
  private ended = false;
  private readonly input: PluginInput;

  constructor(input: PluginInput) {
    this.input = input;
  }

  push(chunk: Uint8Array): void {
    if (this.ended || chunk.length === 0) return;
    // Text begins with a letter; a binary record with its version, 0 or 1 in four bytes.
    if (!this.binary && !this.lines) {
      if (chunk[0]! < 32) this.binary = new BinaryReader();
      else
        this.lines = new LineSplitter(
          (bytes, start, end) => end > start && this.input.record(bytes.slice(start, end), undefined),
        );
    }
    this.lines?.push(chunk);
    if (this.binary) {
      for (const record of this.binary.push(chunk)) this.input.record(whole(record), record);
      if (this.binary.broken) this.end('the binary input is not made of records any more');
    }
    this.input.chunk?.();
  }

  end(fault?: string): void {
    if (this.ended) return;
    this.ended = true;
    this.lines?.end();
    this.input.end(fault);
  }
}

/** Version 0 of the binary form has the text from `audit(` on; the rest of the header is made from the type. */
function whole({ version, type, text }: BinaryRecord): Uint8Array {
  if (version !== 0) return text.slice();
  return Buffer.concat([Buffer.from(`type=${recordTypeName(type)} msg=`), text]);
}
