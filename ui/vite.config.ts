import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The manifest says which chunks a first view loads; scripts/size.mjs reads it.
// It must not end up in the binary, so it leaves dist/ after the build.
function keepManifestOut(): Plugin {
  return {
    name: 'parley-manifest',
    apply: 'build',
    closeBundle() {
      if (!existsSync(here('./dist/.vite/manifest.json'))) return; // the build failed
      mkdirSync(here('./node_modules/.cache'), { recursive: true });
      renameSync(here('./dist/.vite/manifest.json'), here('./node_modules/.cache/parley-manifest.json'));
      rmSync(here('./dist/.vite'), { recursive: true, force: true });
    },
  };
}

const server = process.env.PARLEY_DEV_SERVER ?? 'http://localhost:8080';
// Parley takes sockets and changes only from its own origin: in development the proxy speaks for it.
const upstream = { target: server, changeOrigin: true, ws: true, headers: { origin: server } };

export default defineConfig({
  base: '/',
  resolve: { alias: { '@': here('./src') } },
  plugins: [
    react(),
    compression({
      algorithms: [defineAlgorithm('gzip', { level: 9 }), defineAlgorithm('brotliCompress')],
      threshold: 1024,
      exclude: [/\.(png|jpg|woff2?)$/, /\.vite/],
    }),
    keepManifestOut(),
  ],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    // What has light-dark(): it must reach the browser as it is written.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    proxy: Object.fromEntries(['/api', '/webhooks', '/widget', '/files', '/sandbox/', '/console/ws'].map((path) => [path, upstream])),
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'widget/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
  },
});
