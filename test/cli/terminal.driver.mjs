// Runs command lines one after the other in this process, on whatever its standard output is: a list of
// `[tool, ...arguments]` in a JSON file. Before each it prints `@@ N`, so that a reader can part them.
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const dist = join(import.meta.dirname, '../../dist/cli');
const jobs = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const [n, [tool, ...argv]] of jobs.entries()) {
  writeSync(1, `\n@@ ${n}\n`);
  process.argv = [process.execPath, tool, ...argv];
  try {
    await (await import(join(dist, `${tool}.js`))).main();
  } catch (error) {
    writeSync(1, `\n@@ thrown ${JSON.stringify(error.stack)}\n`);
  }
}
writeSync(1, `\n@@ ${jobs.length}\n`);
process.exit(0);
