// Where a worker thread's code lies. Node runs the built files; under vitest the caller is a source file, and the
// worker is taken from dist/, which `npm test` builds first.
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The URL of `file` (`./capture-worker.ts`, beside the caller) as Node can run it. */
export function workerUrl(file: string, caller: string): URL {
  const path = fileURLToPath(new URL(file, caller));
  if (!path.endsWith('.ts')) return pathToFileURL(path);
  const source = path.lastIndexOf('/src/');
  const built =
    caller.endsWith('.ts') && source >= 0 ? `${path.slice(0, source)}/dist/${path.slice(source + 5)}` : path;
  return pathToFileURL(built.replace(/\.ts$/, '.js'));
}
