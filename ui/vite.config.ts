// How the console is bundled: ui/ → dist/ui. Everything comes from the server itself, so that its content security policy
// can be `script-src 'self'`: no inline script, no data: address, no polyfill. Names carry a hash and may be cached forever.
// `scripts/build.mjs` calls it; `npx vite ui` serves the sources for work on them, with the API of a running `auspex serve`.
import { join } from 'node:path';
import { defineConfig } from 'vite';

const server = process.env.AUSPEX_SERVER ?? 'http://127.0.0.1:8765';

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: {
    outDir: join(import.meta.dirname, '../dist/ui'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: server, changeOrigin: true } } },
});
