// Which trail a console shows, and the store it is kept in: a log and what is added to it, or the sample.

import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemAccounts } from '../host/index.ts';
import { logIn, statLog } from '../logs/index.ts';
import { interpretingContext } from '../query/readings.ts';
import { duckStore, ingest, ingestLog, type Store } from '../store/index.ts';
import type { LiveHub, SourceFacts } from '../web/index.ts';

export interface SourceRequest {
  readonly inputs: readonly string[];
  readonly db: string | undefined;
  readonly hub: LiveHub;
}

export interface OpenSource {
  readonly store: Store;
  readonly facts: () => SourceFacts;
  close(): Promise<void>;
}

const SAMPLE = fileURLToPath(new URL('../../sample/audit.log', import.meta.url));
const LOOK = 300;

export async function openSource({ inputs, db, hub }: SourceRequest): Promise<OpenSource> {
  const sample = inputs.length === 0;
  const kept = openPlace(db);
  const store = await duckStore(kept.path, { context: interpretingContext(systemAccounts()) });
  const tapped = await hub.tap(store);
  const files = sample ? [SAMPLE] : inputs.map((input) => (statLog(input).isDirectory() ? logIn(input) : input));
  const read = async (): Promise<void> => {
    const options = { now: Date.now() / 1000 };
    for (const file of files)
      if (file.endsWith('.log') && !sample) await ingestLog(tapped, file, options);
      else await ingest(tapped, [file], options);
  };
  await read();
  const follower = sample ? undefined : follow(files, read);
  return {
    store: tapped,
    facts: () => ({
      source: {
        kind: sample ? 'sample' : 'log',
        text: sample ? 'Showing the sample trail.' : `Showing ${files.join(', ')}, and what is added.`,
        path: files.at(-1)!,
      },
      store: { kind: 'duckdb', path: kept.path, bytes: statSync(kept.path, { throwIfNoEntry: false })?.size ?? 0 },
      missed: 0,
    }),
    async close() {
      await follower?.close();
      await store.close();
      kept.forget();
    },
  };
}

function openPlace(db: string | undefined): { readonly path: string; forget(): void } {
  if (db !== undefined) {
    mkdirSync(dirname(db), { recursive: true, mode: 0o700 });
    return { path: db, forget: () => {} };
  }
  const folder = mkdtempSync(join(tmpdir(), 'auspex-'));
  return { path: join(folder, 'store.duckdb'), forget: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Reads again whenever a file has changed. */
function follow(files: readonly string[], read: () => Promise<void>): { close(): Promise<void> } {
  const state = (): string =>
    files
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return `${stat?.dev}:${stat?.ino}:${stat?.size}`;
      })
      .join();
  let open = true;
  let seen = state();
  const done = (async () => {
    while (open) {
      await new Promise((resolve) => setTimeout(resolve, LOOK));
      const now = state();
      if (now === seen) continue;
      seen = now;
      await read();
    }
  })();
  return {
    async close() {
      open = false;
      await done;
    },
  };
}
