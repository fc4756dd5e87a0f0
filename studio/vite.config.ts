import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const built = resolve(import.meta.dirname, '../crates/web/studio');
const shared = resolve(import.meta.dirname, '../crates/page/assets');
/** A running `nameplate serve` or `demo`, for `npm run dev`. */
const server = process.env['NAMEPLATE'] ?? 'http://localhost:8080';

/** `/assets/inter.woff2` becomes the name under which every host of Nameplate serves that file: with its hash. */
function sharedAssets(): Plugin {
  const hashed = (text: string) =>
    text.replace(/\/assets\/([a-z-]+)\.(woff2|svg|ico)\b/g, (whole, stem: string, extension: string) => {
      const file = join(shared, `${stem}.${extension}`);
      if (!existsSync(file)) return whole;
      const hash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12);
      return `/assets/${stem}.${hash}.${extension}`;
    });
  return {
    name: 'shared-assets',
    enforce: 'pre',
    transform: (code, id) => (id.includes('/studio/src/') && code.includes('/assets/') ? hashed(code) : null),
    transformIndexHtml: { order: 'pre', handler: hashed },
  };
}

/** Writes `.br` and `.gz` beside what shrinks, so that the server compresses nothing. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    closeBundle() {
      const folder = join(built, 'assets');
      for (const name of readdirSync(folder).filter((name) => /\.(js|css|svg)$/.test(name))) {
        const bytes = readFileSync(join(folder, name));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig(({ command }) => {
  if (command === 'build') rmSync(built, { recursive: true, force: true });
  return {
    base: '/studio/',
    plugins: [sharedAssets(), svelte(), compressed()],
    resolve: { alias: { $lib: resolve(import.meta.dirname, 'src/lib') } },
    publicDir: false,
    build: {
      outDir: built,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: true,
      rolldownOptions: { input: { index: resolve(import.meta.dirname, 'index.html'), frame: resolve(import.meta.dirname, 'frame.html') } },
    },
    server: {
      port: 5173,
      // The session's cookie and the exact origin belong to the server: requests carry its name on the way through.
      proxy: Object.fromEntries(
        ['/api/', '/assets/', '/login', '/logout', '/welcome', '/favicon.ico'].map((path) => [
          path,
          { target: server, changeOrigin: true, headers: { origin: new URL(server).origin } },
        ]),
      ),
    },
    test: { include: ['src/**/*.test.ts'] },
  };
});
