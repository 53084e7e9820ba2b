// The client against a scripted socket: order, foreign and cut messages, silence. The live kernel is in test/kernel.
import { describe, expect, it } from 'vitest';
import { bytesOf, latin1 } from '../base/index.ts';
import type { Datagram, ReceiveGap } from '../libc/index.ts';
import { AuditClient, type Transport } from './client.ts';
import { NLMSG_DONE, NLMSG_ERROR, readFrames, writeFrame } from './frame.ts';
import { readStatus, readSwitches, readTty, writeEquiv, writeStatus, writeSwitch, writeTty } from './structs.ts';

type Step = ReceiveGap | ((seq: number) => Partial<Datagram> & { bytes: Uint8Array });

/** A socket that answers each request with `steps` in order, then with silence. */
function scripted(steps: readonly Step[]): { client: AuditClient; sent: Uint8Array[] } {
  const sent: Uint8Array[] = [];
  let next = 0;
  let buffer = Buffer.alloc(0);
  const socket: Transport = {
    send: (bytes) => void sent.push(bytes),
    receive() {
      buffer.fill(0xee); // a socket's buffer is used again for each datagram
      const step = steps[next++];
      if (step === undefined) return 'timeout';
      if (typeof step === 'string') return step;
      const datagram = step(readFrames(sent.at(-1)!).messages[0]!.seq);
      buffer = Buffer.from(datagram.bytes);
      return { from: 0, truncated: false, ...datagram, bytes: buffer };
    },
    close() {},
  };
  return { client: new AuditClient(socket, 50), sent };
}

const int = (n: number): Uint8Array => new Uint8Array(new Int32Array([n]).buffer);
const reply =
  (type: number, payload: Uint8Array, more: Partial<Datagram> = {}): Step =>
  (seq) => ({ bytes: writeFrame(type, 0, seq, payload), ...more });
const ack = (n = 0): Step => reply(NLMSG_ERROR, int(n));
const status = new Uint8Array(new Uint32Array([0, 1, 1, 77, 0, 64, 3, 2, 0x7f, 15000, 9]).buffer);

describe('AuditClient', () => {
  it.each([
    ['before', [ack(), reply(1000, status)]],
    ['after', [reply(1000, status), ack()]],
  ])('takes the acknowledgement %s the answer', (_, steps) => {
    expect(scripted(steps).client.status()).toMatchObject({ enabled: 1, pid: 77, lost: 3, backlogWaitTimeActual: 9 });
  });

  it('passes over gaps, other ports, other sequence numbers, cut datagrams and records', () => {
    const forged = new Uint8Array(status.length).fill(9);
    const { client } = scripted([
      'timeout',
      'overrun',
      reply(1000, forged, { from: 4242 }),
      reply(1000, forged, { truncated: true }),
      (seq) => ({ bytes: writeFrame(1000, 0, seq + 1, forged) }),
      (seq) => ({ bytes: writeFrame(1000, 0, seq, forged).subarray(0, 20) }),
      () => ({ bytes: writeFrame(1300, 0, 0, bytesOf('audit(1.000:1): ')) }),
      reply(1000, status),
      ack(),
    ]);
    expect(client.status().pid).toBe(77);
  });

  it('lists rules until the end is told, in order', () => {
    const rules = ['one', 'two'].map((r) => reply(1013, bytesOf(r)));
    expect(
      scripted([ack(), ...rules, reply(NLMSG_DONE, int(0))])
        .client.listRules()
        .map((r) => latin1(r)),
    ).toEqual(['one', 'two']);
    expect(scripted([reply(NLMSG_DONE, int(0)), ack()]).client.listRules()).toEqual([]);
  });

  it('gives up on silence, also when others keep talking', () => {
    expect(() => scripted([]).client.status()).toThrow(expect.objectContaining({ code: 'timeout' }));
    const chatter = Array.from({ length: 1_000_000 }, () => reply(1000, status, { from: 9 }));
    expect(() => scripted(chatter).client.status()).toThrow(expect.objectContaining({ code: 'timeout' }));
    expect(() => scripted([ack()]).client.listRules()).toThrow(expect.objectContaining({ code: 'timeout' }));
  });

  it.each([
    [1, 'not-permitted', /CAP_AUDIT_CONTROL/],
    [17, 'exists', /EEXIST/],
    [2, 'not-found', /ENOENT/],
    [22, 'refused', /EINVAL/],
    [111, 'no-audit-support', /audit=0/],
    [28, 'kernel', /ENOSPC/],
  ])('names errno %d', (errno, code, message) => {
    expect(() => scripted([ack(-errno)]).client.addRule(new Uint8Array(4))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it('names the process that holds the daemon role', () => {
    const { client } = scripted([ack(-17), reply(1000, status), ack()]);
    expect(() => client.setPid(5)).toThrow(
      expect.objectContaining({ code: 'held', message: expect.stringMatching(/process 77/) }),
    );
  });

  it('returns what a reset counted, which comes as a positive acknowledgement', () => {
    const { client, sent } = scripted([ack(12)]);
    expect(client.resetLost()).toBe(12);
    expect(readFrames(sent[0]!).messages[0]!.payload[0]).toBe(0x40);
  });

  it('numbers requests and ends a user message with NUL', () => {
    const { client, sent } = scripted([ack(), ack()]);
    client.user(1105, 'op=x');
    client.trim();
    const messages = sent.map((s) => readFrames(s).messages[0]!);
    expect(messages.map((m) => [m.type, m.flags, m.seq, latin1(m.payload).slice(0, 5)])).toEqual([
      [1105, 5, 1, 'op=x\0'],
      [1014, 5, 2, ''],
    ]);
  });
});

describe('structures', () => {
  it('reads a short status of an old kernel, and none that is cut', () => {
    expect(readStatus(status.subarray(0, 32))).toMatchObject({ backlog: 2, featureBitmap: undefined });
    expect(readStatus(status.subarray(0, 36))).toMatchObject({ featureBitmap: 0x7f, backlogWaitTime: undefined });
    for (let cut = 0; cut < 32; cut++) expect(readStatus(status.subarray(0, cut))).toBeUndefined();
  });
  it('masks what is changed', () => {
    const written = (change: Parameters<typeof writeStatus>[0]): number[] => [
      ...new Uint32Array(writeStatus(change).buffer),
    ];
    expect(written({})).toEqual(Array(11).fill(0));
    expect(written({ enabled: 1, pid: 0 })).toEqual([5, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(written({ failure: 2, rateLimit: 3, backlogLimit: 4, backlogWaitTime: 5 })).toEqual([
      0x3a, 0, 2, 0, 3, 4, 0, 0, 0, 5, 0,
    ]);
    expect(written({ lost: 0, backlogWaitTimeActual: 0 })[0]).toBe(0xc0);
  });
  it('carries tty status, switches and equivalent trees', () => {
    expect(readTty(writeTty({ enabled: true, logPasswords: false }))).toEqual({ enabled: true, logPasswords: false });
    expect(readTty(new Uint8Array(3))).toBeUndefined();
    const locked = readSwitches(writeSwitch('loginuid_immutable', { on: true, locked: true }))!;
    expect(locked).toEqual({
      only_unset_loginuid: { on: false, locked: false },
      loginuid_immutable: { on: true, locked: true },
    });
    expect(readSwitches(new Uint8Array(15))).toBeUndefined();
    expect(latin1(writeEquiv('/a', '/bcd'))).toBe('\x02\0\0\0\x04\0\0\0/a/bcd');
  });
});
