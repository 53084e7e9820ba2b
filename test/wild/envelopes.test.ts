// A search that looks for bytes first finds in a trail in envelopes what it finds in the bare one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { before, call, kernel, kernels, logged } from '../../src/event/envelope.fixture.ts';
import { auspex, FILE, unbuilt } from './wild.fixture.ts';

const calls = fc.sample(call, { numRuns: 300, seed: 11 });
const auids = calls.map((records) => /auid=(\d+)/.exec(records[0]![1])![1]!);

const idsOf = async (trail: string, args: readonly string[]): Promise<string[]> => {
  const { stdout } = await auspex(['search', FILE, '--format', 'json', ...args], trail);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).id as string);
};

describe.skipIf(unbuilt !== '')(`a search of a trail in envelopes${unbuilt}`, () => {
  it.each([
    ['auditd’s form', before, logged],
    ['the kernel’s form', kernels, kernel],
  ] as const)('finds what it finds in the bare one: %s', async (_, envelope, form) => {
    const envelopes = fc.sample(envelope, { numRuns: 1200, seed: 12 });
    const bare = calls.flatMap((records, n) => records.map(([type, body]) => form(type, n, body)));
    const [plain, wrapped] = [bare, bare.map((line, i) => envelopes[i]! + line)].map(
      (lines) => `${lines.join('\n')}\n`,
    );
    for (const args of [['--key', 'k1'], ['--auid', auids[7]!], ['--auid', auids[200]!], ['--syscall', 'openat'], []]) {
      const expected = await idsOf(plain!, args);
      expect(expected.length, args.join(' ')).toBeGreaterThan(0);
      if (args[0] === '--key') expect(expected.length).toBeLessThan(calls.length);
      expect(await idsOf(wrapped!, args), args.join(' ')).toEqual(expected);
    }
  });
});
