// What a stranger can learn of a password file by trying, and whom the tries of strangers keep out: nothing, and nobody.

import crypto, { scryptSync } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { json, request, testConsole } from './app.fixture.ts';
import type { ApiFault } from './contract.ts';
import { Pace } from './pace.ts';
import { Passwords, passwordLine, readPasswords } from './passwords.ts';
import { Sessions } from './sessions.ts';

const TAIL = `${'A'.repeat(22)}:${'A'.repeat(43)}`;
const line = (cost: string, name = 'alice'): string => `${name}:scrypt:${cost}:${TAIL}`;

describe('a password file', () => {
  it('is refused, with its line, where a cost cannot be computed or is beyond reason', () => {
    for (const cost of [
      '0:8:1',
      '1:8:1',
      '1000:8:1',
      '32768:0:1',
      '32768:8:0',
      '1048576:8:1',
      '65536:1:1',
      '32768:999:1',
      '32768:8:999',
      '2:8:999999',
    ])
      expect(() => readPasswords(`# ours\n${line('1024:8:1', 'bob')}\n${line(cost)}\n`), cost).toThrow(/line 3/);
    expect(readPasswords(line('16384:8:1')).length).toBe(1);
    expect(() => readPasswords(`${line('1024:8:1')}\n\n${line('1024:8:1')}`)).toThrow(/line 3.*alice already/);
    const many = ['2:1:1', '4:1:1', '8:1:1', '16:1:1', '32:1:1'].map((cost, i) => line(cost, `n${i}`)).join('\n');
    expect(() => readPasswords(many)).toThrow(/line 5/);
  });

  it('that is taken can be computed, whatever its cost', () => {
    const part = (max: number) => fc.integer({ min: 0, max });
    const cost = fc.tuple(
      fc.oneof(
        part(4096),
        part(14).map((n) => 2 ** n),
      ),
      part(16),
      part(4),
    );
    fc.assert(
      fc.property(cost, ([N, r, p]) => {
        try {
          readPasswords(line(`${N}:${r}:${p}`));
        } catch {
          return;
        }
        scryptSync('x', 'y', 32, { N, r, p, maxmem: 128 << 20 });
      }),
      { numRuns: 100 },
    );
  });
});

describe('a try', () => {
  it('costs the same work for every name, known or not, whatever the costs in the file', async () => {
    const hashes = readPasswords([line('1024:8:1', 'a'), line('16384:8:1', 'b'), line('2:1:1', 'c')].join('\n'));
    const broken = { ...hashes[0]!, name: 'd', cost: [1 << 22, 8, 1] as const }; // as no file gives it: it always fails
    const passwords = new Passwords([...hashes, broken]);
    const work: string[][] = [];
    const spy = vi.spyOn(crypto, 'scrypt');
    syncBuiltinESMExports();
    for (const name of ['a', 'b', 'd', '__proto__']) {
      expect(await passwords.isRight(name, 'x')).toBe(false);
      work.push(costsOf(spy.mock.calls.splice(0)));
    }
    spy.mockRestore();
    syncBuiltinESMExports();
    expect([work[0]!.length, new Set(work.map(String)).size]).toEqual([5, 1]);
  });

  it('is answered the same for every name', async () => {
    const hashes = readPasswords(`${await passwordLine('alice', 'correct horse')}\n${line('2:1:1', 'bob')}`);
    const { app } = await testConsole([], { passwords: hashes });
    const answers = new Set<string>();
    for (const name of ['alice', 'bob', '', '__proto__']) {
      const reply = await app(request('/api/login', json({ name, password: 'wrong' })));
      const { error } = (await reply.json()) as ApiFault;
      answers.add(JSON.stringify([reply.status, error, [...reply.headers.keys()]]));
    }
    expect(answers.size).toBe(1);
    const good = await app(request('/api/login', json({ name: 'alice', password: 'correct horse' })));
    expect(good.status).toBe(200);
  });

  it('waits for its turn: few are computed at once, many are refused, and one address has few', async () => {
    const passwords = readPasswords(await passwordLine('alice', 'correct horse'));
    const { app } = await testConsole([], { passwords, addressOf: (asked) => asked.headers.get('x-from')! });
    let running = 0;
    let most = 0;
    const real = crypto.scrypt;
    const spy = vi.spyOn(crypto, 'scrypt').mockImplementation(((...given: unknown[]) => {
      most = Math.max(most, ++running);
      const done = given.pop() as (...result: unknown[]) => void;
      (real as (...all: unknown[]) => void)(...given, (...result: unknown[]) => {
        running--;
        done(...result);
      });
    }) as never);
    syncBuiltinESMExports();
    const guess = (address: string) => {
      const asked = json({ name: 'alice', password: 'x' });
      const headers = { ...(asked.headers as Record<string, string>), 'x-from': address };
      return app(request('/api/login', { ...asked, headers })).then((reply) => reply.status);
    };
    const own = await Promise.all(Array.from({ length: 8 }, () => guess('192.0.2.1')));
    expect([own.filter((status) => status === 401).length, own.filter((status) => status === 429).length]).toEqual([
      4, 4,
    ]);
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => guess(`192.0.2.${10 + i}`)));
    spy.mockRestore();
    syncBuiltinESMExports();
    expect(new Set(all)).toEqual(new Set([401]));
    expect(most).toBe(2);
  });
});

describe('the pace of guesses', () => {
  it('never refuses the right token, whatever others of the address tried', async () => {
    const { app, sessions } = await testConsole();
    const login = async (token: string) => (await app(request('/api/login', json({ token })))).status;
    for (let i = 0; i < 30; i++) await login(`wrong ${i}`);
    expect(await login('wrong')).toBe(429);
    expect(await login(sessions.token)).toBe(200);
    expect(await login('wrong')).toBe(429); // and a good one gives the strangers no new tries
  });

  it('is of a name too, from however many addresses, and leaves each a few tries', () => {
    let now = 1e12;
    const sessions = new Sessions({ now: () => now });
    const tries = (address: string, name = 'alice'): number => {
      let made = 0;
      while (made < 100 && sessions.guess(address, name) === 0) made++;
      return made;
    };
    let all = 0;
    for (let i = 1; i <= 20; i++) all += tries(`192.0.2.${i}`);
    expect(all).toBe(50 + 15 * 3);
    expect(tries('198.51.100.1')).toBe(3); // whose name it is comes from an address that nobody tried
    expect(tries('198.51.100.2', 'bob')).toBe(10);
    now += 60_000;
    expect(tries('192.0.2.1')).toBeGreaterThan(0);
  });

  it('refuses without a charge: who goes on asking is let in as soon as who waits', () => {
    let now = 0;
    const pace = new Pace(1, 6000, () => now);
    expect(pace.take('x')).toBe(0);
    for (; now < 6000; now += 100) expect(pace.take('x')).toBeGreaterThan(0);
    expect(pace.take('x')).toBe(0);
  });
});

const costsOf = (calls: readonly (readonly unknown[])[]): string[] =>
  calls.map(([, , , cost]) => Object.values(cost as object).join(':')).sort();
