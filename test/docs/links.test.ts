// The documents are true about what is where: each relative link leads to a file, each path of the repository that
// they name is there, and each topic in docs/ is listed in its table of contents. What the text claims is not tested here.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const topics = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'sample/README.md',
  'packaging/README.md',
  ...topics.map((name) => `docs/${name}`),
];

const FOLDERS = 'src|ui|docs|test|bench|scripts|rules|packaging|sample';
const links = (text: string) => [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g)].map((m) => m[1]!);
const paths = (text: string) => [...text.matchAll(new RegExp(`\`((?:${FOLDERS})/[\\w./-]+)\``, 'g'))].map((m) => m[1]!);

describe.each(documents)('%s', (document) => {
  const text = readFileSync(join(root, document), 'utf8');

  it('links to files that are there', () => {
    const local = links(text).filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });

  it('names paths that are there', () => {
    const named = paths(text).filter((path) => !path.includes('/NAME')); // a place to fill in
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it('docs/README.md lists every topic', () => {
  const listed = links(readFileSync(join(root, 'docs/README.md'), 'utf8'));
  expect(topics.filter((name) => name !== 'README.md' && !listed.includes(name))).toEqual([]);
});
