// Times `auditctl -s` and loading 1,000 rules with `auditctl -R`, ours and (AUSPEX_REFERENCE=DIR, or on PATH) the
// reference's. Needs root; holds the kernel's test lock; rules are scoped to process ids that do not exist.
// usage: node bench/rules.mjs   (after `npm start`)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeKernel } from './daemon.mjs';
import { machine, median } from './measure.mjs';

const RULES = 1000;
const ROUNDS = 9;
const KEY = 'auspex-bench';
const ours = fileURLToPath(new URL('../bin/auditctl', import.meta.url));
const places = [process.env.AUSPEX_REFERENCE, ...(process.env.PATH ?? '').split(':')].filter(Boolean);
const reference = places.map((dir) => join(dir, 'auditctl')).find((file) => existsSync(file));

function time(file, ...args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: status ${status}\n${stderr}`);
  return performance.now() - start;
}
const rounds = (work) => Math.round(median(Array.from({ length: ROUNDS }, work)) * 10) / 10;

takeKernel(); // until the end
const dir = mkdtempSync(join(tmpdir(), 'auspex-bench-'));
const file = join(dir, 'thousand.rules');
const rule = (i) => `-a always,exit -F arch=b64 -S kill,tkill -F pid=${4_000_000 + i} -F auid>=1000 -k ${KEY}`;
writeFileSync(file, `${Array.from({ length: RULES }, (_, i) => rule(i)).join('\n')}\n`, { mode: 0o640 });

const measure = (auditctl) => ({
  statusMs: rounds(() => time(auditctl, '-s')),
  loadMs: rounds(() => {
    const ms = time(auditctl, '-R', file);
    time(auditctl, '-D', '-k', KEY);
    return ms;
  }),
});
try {
  const result = {
    ...machine(),
    nodeMs: rounds(() => time(process.execPath, '-e', '0')),
    rules: RULES,
  };
  result.ours = measure(ours);
  if (reference)
    result.reference = {
      version: spawnSync(reference, ['-v'], { encoding: 'utf8' }).stdout.trim(),
      ...measure(reference),
    };
  console.log(JSON.stringify(result, undefined, 2));
} finally {
  spawnSync(ours, ['-D', '-k', KEY]);
  rmSync(dir, { recursive: true });
}
