// TypeScript -> JavaScript with counters: the campaigns, the kit and every module of src/ they import, into a folder of its
// own that keeps their places. In what is fuzzed each branch counts how often it was taken (`__h[i]++`), so that the loop
// learns after each execution which input did something new, and how much work it made. V8's own coverage tells the same,
// but a look at it costs milliseconds. Counters are put into the text on its own lines: a stack names the right one.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseSync, transformWithOxc } from 'vite';
import { root } from '../../scripts/setup.mjs';

/** Modules that are not what is fuzzed. */
const PLAIN = /^(?:fuzz\/(?:kit|campaigns)|test)\//;
/** Words worth trying that stand in a module: what it compares with. Tables hold thousands; campaigns name those they want. */
const WORD = /^[\x20-\x7e]{2,24}$/;
const TABLE = /^src\/tables\/|\.gen\.ts$/;

/** Compiles into `out`; writes `modules.json` there: for each module the first of its counters, how many, its words, and its
 * functions by name, each with its counter. */
export async function compile(out) {
  const modules = {};
  const waiting = ['kit', 'campaigns', 'planted'].flatMap((folder) =>
    readdirSync(join(root, 'fuzz', folder))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `fuzz/${folder}/${name}`),
  );
  const known = new Set(waiting);
  let counters = 0;
  while (waiting.length > 0) {
    const file = waiting.pop();
    const { code, imports, count, words, functions } = await compileModule(file, counters);
    modules[file] = { first: counters, count, words, functions };
    counters += count;
    for (const next of imports)
      if (!known.has(next)) {
        known.add(next);
        waiting.push(next);
      }
    const path = join(out, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  writeFileSync(join(out, 'modules.json'), JSON.stringify({ counters, modules }));
}

async function compileModule(file, first) {
  const { code: plain, map } = await transformWithOxc(readFileSync(join(root, file), 'utf8'), join(root, file), {
    target: 'es2023',
    sourcemap: true,
  });
  const { program } = parseSync('module.js', plain);
  const edits = new Edits();
  const imports = [];
  const words = new Set();
  const bodies = new Bodies();
  const counted = !PLAIN.test(file);
  walk(program, (node) => {
    if (node.type === 'Literal' && typeof node.value === 'string') {
      const text = node.value;
      if (/^\.\.?\/.*\.ts$/.test(text)) imports.push(takeImport(file, text, node, edits));
      else if (counted && WORD.test(text) && !TABLE.test(file)) words.add(text);
    }
    if (!counted) return;
    const name = nameOf(node);
    if (name) bodies.set(name.body, name.name);
    count(node, edits, first, bodies);
  });
  const head = counted ? `const __h=globalThis.__fuzz(${JSON.stringify(file)});` : '';
  const source = Buffer.from(JSON.stringify(map)).toString('base64');
  const code = `${head}${edits.apply(plain)}\n//# sourceMappingURL=data:application/json;base64,${source}\n`;
  return {
    code,
    imports: imports.filter(Boolean),
    count: edits.counters,
    words: [...words],
    functions: bodies.functions,
  };
}

/** The file an import, or a thread's file name, means; its `.ts` becomes `.js`. */
function takeImport(file, text, node, edits) {
  const target = resolve(root, dirname(file), text).slice(root.length + 1);
  edits.replace(node.end - 4, node.end - 1, '.js');
  return target;
}

/** The bodies of functions that have names, and which counter each got. */
class Bodies {
  functions = [];
  names = new Map();
  set(body, name) {
    this.names.set(body, name);
  }
  counted(body, counter) {
    const name = this.names.get(body);
    if (name !== undefined) this.functions.push([name, counter]);
  }
}

/** What a node names a function, and that function's body. */
function nameOf(node) {
  const key = node.id ?? node.key;
  const of = node.type === 'FunctionDeclaration' ? node : (node.init ?? node.value);
  const name = key?.name ?? key?.value;
  return of?.body && name !== undefined ? { body: of.body, name } : undefined;
}

/** Texts to put into another. Of those at one place, what closes stands before what opens; the outer opens first and closes last. */
class Edits {
  counters = 0;
  list = [];
  open(at, text) {
    this.list.push({ at, to: at, text, order: this.list.length });
  }
  close(at, text) {
    this.list.push({ at, to: at, text, order: -1 - this.list.length });
  }
  replace(at, to, text) {
    this.list.push({ at, to, text, order: this.list.length });
  }
  apply(text) {
    let out = '';
    let from = 0;
    for (const { at, to, text: put } of this.list.sort((a, b) => a.at - b.at || a.order - b.order)) {
      out += text.slice(from, at) + put;
      from = to;
    }
    return out + text.slice(from);
  }
}

/** Puts a counter where a node branches. */
function count(node, edits, first, bodies) {
  const hit = (body) => {
    bodies.counted(body, first + edits.counters);
    return `__h[${first + edits.counters++}]++`;
  };
  const inStatement = (body) => {
    if (!body || body.type === 'BlockStatement') return;
    edits.open(body.start, `{${hit()};`);
    edits.close(body.end, '}');
  };
  const inExpression = (part) => {
    edits.open(part.start, `(${hit(part)},`);
    edits.close(part.end, ')');
  };
  switch (node.type) {
    case 'BlockStatement':
    case 'StaticBlock':
      edits.open(node.body[0]?.start ?? node.end - 1, `${hit(node)};`);
      break;
    case 'IfStatement':
      inStatement(node.consequent);
      inStatement(node.alternate);
      break;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      inStatement(node.body);
      break;
    case 'SwitchCase':
      if (node.consequent[0]) edits.open(node.consequent[0].start, `${hit()};`);
      break;
    case 'ConditionalExpression':
      inExpression(node.consequent);
      inExpression(node.alternate);
      break;
    case 'LogicalExpression':
      inExpression(node.right);
      break;
    case 'ArrowFunctionExpression':
      if (node.body.type !== 'BlockStatement') inExpression(node.body);
  }
}

function walk(node, visit) {
  visit(node);
  for (const value of Object.values(node))
    if (Array.isArray(value)) {
      for (const one of value) if (typeof one?.type === 'string') walk(one, visit);
    } else if (typeof value?.type === 'string') walk(value, visit);
}
