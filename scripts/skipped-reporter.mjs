// A reporter for vitest: writes into the file $AUSPEX_SKIPPED, as JSON, each test that was skipped, with its reason: what it
// said when it skipped itself, or what its name says: `(skipped: no strace)`, `[needs root]`.
import { writeFileSync } from 'node:fs';

const SAID = /\(skipped: ((?:[^()]|\([^()]*\))+)\)|[([](needs? (?:[^()[\]]|\([^()]*\))+)[)\]]/;

/** Why a test of this full name was skipped. */
export function reasonIn(name) {
  const said = SAID.exec(name);
  return said?.[1] ?? said?.[2] ?? 'no reason in its name';
}

export default class SkippedReporter {
  onTestRunEnd(modules) {
    const skipped = [];
    for (const module of modules)
      for (const test of module.children.allTests('skipped')) {
        const name = `${module.relativeModuleId}: ${test.fullName}`;
        skipped.push({ name, reason: test.result().note ?? reasonIn(test.fullName) });
      }
    writeFileSync(process.env.AUSPEX_SKIPPED, JSON.stringify(skipped));
  }
}
