// Netlink frames: the layout of linux/netlink.h, several in a datagram, cut at every byte.
import { describe, expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/index.ts';
import { errorOf, NLM_F_ACK, NLM_F_REQUEST, NLMSG_ERROR, readFrames, writeFrame } from './frame.ts';

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(parts.flatMap((p) => [...p]));

describe('netlink frames', () => {
  const first = writeFrame(1013, NLM_F_REQUEST | NLM_F_ACK, 7, bytesOf('abcde'));
  const second = writeFrame(NLMSG_ERROR, 0, 7, new Uint8Array([0xef, 0xff, 0xff, 0xff]));

  it('writes the header of linux/netlink.h and pads to four bytes', () => {
    expect([...first]).toEqual([21, 0, 0, 0, 0xf5, 3, 5, 0, 7, 0, 0, 0, 0, 0, 0, 0, 97, 98, 99, 100, 101, 0, 0, 0]);
  });

  it('reads several messages of one datagram', () => {
    const { messages, problem } = readFrames(joined(first, second));
    expect(problem).toBeUndefined();
    expect(messages.map((m) => [m.type, m.seq, latin1(m.payload)])).toEqual([
      [1013, 7, 'abcde'],
      [NLMSG_ERROR, 7, '\xef\xff\xff\xff'],
    ]);
    expect(errorOf(messages[1]!)).toBe(-17);
  });

  it('survives a cut at every byte: a message is whole or left out', () => {
    const whole = joined(first, second);
    for (let cut = 0; cut < whole.length; cut++) {
      const { messages, problem } = readFrames(whole.subarray(0, cut));
      expect(messages.length).toBe(cut >= 21 ? 1 : 0); // 21: the first without its padding
      expect(problem === undefined).toBe(cut === 0 || (cut >= 21 && cut <= 24));
    }
  });

  it.each([0, 1, 15, 0xffffffff])('stops at a length of %d', (length) => {
    const bytes = first.slice();
    new DataView(bytes.buffer).setUint32(0, length, true);
    expect(readFrames(bytes)).toMatchObject({ messages: [], problem: length > 15 ? 'short message' : 'bad length' });
  });

  it('gives a record the whole datagram: its length counts the payload only', () => {
    const text = 'audit(1.000:1): x';
    for (const length of [text.length, text.length + 16, 0]) {
      const bytes = joined(writeFrame(1300, 0, 0, bytesOf(text)).subarray(0, 16 + text.length));
      new DataView(bytes.buffer).setUint32(0, length, true);
      expect(readFrames(bytes).messages.map((m) => latin1(m.payload))).toEqual([text]);
    }
  });

  it('has no error number in a cut error', () => {
    expect(errorOf(readFrames(writeFrame(NLMSG_ERROR, 0, 1, new Uint8Array(3))).messages[0]!)).toBeUndefined();
  });
});
