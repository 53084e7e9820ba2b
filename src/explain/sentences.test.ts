// Every sentence that who-killed and who-touched can print stands in docs/sentences.md with the evidence it needs: the
// sources are walked for their texts, and the page for its list.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const SOURCES = ['story-text.ts', 'diagnose.ts', 'next-step.ts', 'touched-text.ts', '../paths/text.ts'];

/** The texts of a source: quoted ones and templates, `…` for what is put in, those joined by `+` as one. */
export function textsOf(source: string): string[] {
  const found: { text: string; from: number; to: number }[] = [];
  const keep = (text: string, from: number, to: number): void => {
    const before = found.findLastIndex((one) => one.to <= from && /^\s*\+\s*$/.test(source.slice(one.to, from)));
    if (before >= 0) found[before] = { text: found[before]!.text + text, from: found[before]!.from, to };
    else found.push({ text, from, to });
  };
  const template = (begin: number): number => {
    let text = '';
    let at = begin + 1;
    while (source[at] !== '`')
      if (source.startsWith('${', at)) {
        text += '…';
        at = code(at + 2, '}');
      } else {
        if (source[at] === '\\') at++;
        text += source[at++];
      }
    keep(text, begin, at + 1);
    return at + 1;
  };
  const quoted = (begin: number): number => {
    let text = '';
    let at = begin + 1;
    while (source[at] !== source[begin]) {
      if (source[at] === '\\') at++;
      text += source[at++];
    }
    keep(text, begin, at + 1);
    return at + 1;
  };
  const pattern = (begin: number): number => {
    let inSet = false;
    let at = begin + 1;
    for (; source[at] !== '/' || inSet; at++) {
      if (source[at] === '\\') at++;
      else if (source[at] === '[') inSet = true;
      else if (source[at] === ']') inSet = false;
    }
    return at + 1;
  };
  const code = (begin: number, end?: string): number => {
    let at = begin;
    while (at < source.length) {
      const char = source[at]!;
      if (char === end) return at + 1;
      if (source.startsWith('//', at)) at = source.indexOf('\n', at);
      else if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 2;
      else if (char === "'" || char === '"') at = quoted(at);
      else if (char === '`') at = template(at);
      else if (char === '{') at = code(at + 1, '}');
      else if (char === '/' && /[(,=:[!&|?{;\n]\s*$/.test(source.slice(Math.max(0, at - 20), at))) at = pattern(at);
      else at++;
    }
    return at;
  };
  code(0);
  return found.map(({ text }) => text);
}

/** Two words or more: what is shorter is a part of a sentence. */
const isSentence = (text: string): boolean => (text.match(/\S*[a-z]{2}\S*/g) ?? []).length > 1;

const printed = new Set(
  SOURCES.flatMap((file) => {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8').replace(/^(?:import|\} from) .*;$/gm, '');
    return textsOf(source).filter(isSentence);
  }).map((text) => text.trim()),
);

const page = readFileSync(new URL('../../docs/sentences.md', import.meta.url), 'utf8');
const listed = [...page.matchAll(/^- ``? ?(.*?) ?``?: (.*)$/gm)].map(([, sentence, evidence]) => ({
  sentence: sentence!,
  evidence: evidence!,
}));

describe('docs/sentences.md', () => {
  it('lists every sentence, and none that is not printed', () => {
    const names = listed.map(({ sentence }) => sentence);
    expect([...printed].filter((text) => !names.includes(text))).toEqual([]);
    expect(names.filter((text) => !printed.has(text))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('says of each what it needs', () => {
    expect(listed.length).toBeGreaterThan(100);
    expect(listed.filter(({ evidence }) => evidence.length < 10)).toEqual([]);
  });
});

it('the walk finds texts as the source has them', () => {
  const written = "const a = /['`]/; // 'not this'\nf('one' + `two #{g('three', `four #{x}`)}`, \"it's\"); /* `no` */";
  const source = written.replaceAll('#', '$');
  expect(textsOf(source).sort()).toEqual(["it's", 'four …', 'onetwo …', 'three'].sort());
});
