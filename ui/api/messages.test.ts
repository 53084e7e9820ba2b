// A stream of server-sent events gives the same messages wherever the network cuts it.

import { expect, it } from 'vitest';
import { Messages } from './messages.ts';

const TEXT = 'id: 7\nevent: row\ndata: {"exe":"/a: b"}\n\nevent: rate\ndata: {"events":0}\n\n';
const WANTED = [
  { id: '7', event: 'row', data: '{"exe":"/a: b"}' },
  { id: undefined, event: 'rate', data: '{"events":0}' },
];

it('gives the same messages wherever the stream is cut', () => {
  for (let a = 0; a <= TEXT.length; a++)
    for (let b = a; b <= TEXT.length; b++) {
      const messages = new Messages();
      const got = [TEXT.slice(0, a), TEXT.slice(a, b), TEXT.slice(b)].flatMap((piece) => messages.push(piece));
      expect(got).toEqual(WANTED);
    }
});
