// One place says that something is not in a trail: `absent` (src/record/unread.ts), which asks first whether every line was
// read. A sentence written elsewhere would be a sentence that nobody held against that.
import { describe, expect, it } from 'vitest';
import { sources } from './sources.fixture.ts';

/** A sentence in a string that says of a trail, a log or a search that it holds nothing. */
const SENTENCE =
  /['"`][^'"`\n]*(?:\b(?:[Nn]othing|[Nn]obody|[Nn]one|[Nn]o [a-z]+)\b[^'"`\n]{0,40}\b(?:in|of) (?:this|the) (?:trail|log)\b|\bnothing matches\b|\btrail (?:holds|has) no\b|\b[Nn]o (?:events?|records?|logins?|kills?) (?:were |was )?found\b)/;

/** Those that may, and why. */
const ALLOWED: Readonly<Record<string, string>> = {
  'explain/story-text.ts': 'how the command line of one that was found is known',
  'explain/diagnose.ts': 'the forks of one killer, of which a record is there',
};

describe('the sentence that there is nothing', () => {
  it('is written in one place', () => {
    const found = sources()
      .filter(({ text }) => SENTENCE.test(text.replace(/^\s*(?:\/\/|\*|\/\*).*$/gm, '')))
      .map(({ file }) => file);
    expect(found.filter((file) => !(file in ALLOWED))).toEqual([]);
  });

  it('would be seen', () => {
    for (const text of [
      '`Nothing in this trail ended it`',
      "'No process of this trail fits.'",
      "'nothing matches'",
      "'Nobody in the log'",
      "'  The trail holds no event.'",
    ])
      expect(text).toMatch(SENTENCE);
  });
});
