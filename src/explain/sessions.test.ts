// Logins of made-up trails and of the sample: from where, which commands as whom, failures before.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesOf } from '../base/index.ts';
import { readEvents } from '../event/index.ts';
import { ProcessFeed } from './feed.ts';
import { ProcessHistory } from './history.ts';
import { commandOf } from './life.ts';
import { SessionBook } from './sessions.ts';
import { failuresText } from './sessions-text.ts';
import { plainWords } from './words.ts';

function bookOf(bytes: Uint8Array): SessionBook {
  const book = new SessionBook();
  const feed = new ProcessFeed(new ProcessHistory(), book);
  for (const event of readEvents([bytes])) feed.push(event);
  return book;
}

describe('sessions', () => {
  const lab = new URL('../../../shared/corpus/lab/raw.log', import.meta.url);
  const book = existsSync(lab) ? bookOf(readFileSync(lab)) : undefined;
  const session = (ses: number) => book!.stories().find((story) => story.session.ses === ses)!;

  it.skipIf(!book)('say from where a login came and who really ran what [needs ../shared/corpus]', () => {
    expect(session(26).session).toMatchObject({
      auid: 1001,
      address: '127.0.0.1',
      exe: '/usr/sbin/sshd',
      account: 'alice',
    });
    const [id] = session(26).commands.filter((c) => c.through === 'sudo');
    expect(commandOf(id!.image)).toEqual(['id']);
    expect(id!).toMatchObject({ euid: 0 });
    expect(id!.life.auid).toBe(1001);
    expect(session(25).sudo.map((c) => [c.command, c.ok])).toEqual([
      ['/usr/bin/id', true],
      ['/usr/bin/cat /etc/shadow', true],
      ['/usr/bin/whoami', false],
    ]);
  });

  it.skipIf(!book)('keep failed attempts, and do not count one twice [needs ../shared/corpus]', () => {
    const failures = book!.logins.failures.map((f) => `${f.account} ${f.address}`);
    expect(failures.filter((f) => f === 'alice 127.0.0.1')).toHaveLength(1);
    expect(failures).toContain('nosuchuser 127.0.0.1');
  });

  it('count the failures before a success', () => {
    const line = (type: string, n: number, ids: string, res: string) =>
      `type=${type} msg=audit(170000000${n}.000:${n}): pid=${n < 4 ? n : 9} uid=0 ${ids} msg='op=x acct="eve" exe="/usr/sbin/sshd" hostname=h addr=10.0.0.7 terminal=ssh res=${res}'\n`;
    const unset = 'auid=4294967295 ses=4294967295';
    const trail =
      [1, 2, 3].map((n) => line('USER_AUTH', n, unset, 'failed')).join('') +
      line('USER_LOGIN', 4, 'auid=1005 ses=3', 'success');
    const { logins } = bookOf(bytesOf(trail));
    expect(logins.find('', 3)).toMatchObject({
      failuresBefore: 3,
      address: '10.0.0.7',
      account: 'eve',
      terminal: 'ssh',
    });
    expect(failuresText(logins.failures, plainWords)).toContain('3 times');
  });
});
