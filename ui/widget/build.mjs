/* global URL, console */
// Builds the customer widget: widget.js, which a site loads, and the frame
// application behind it. Each is one classic script without imports.
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const out = here('../dist/widget');
const languages = ['it', 'pl', 'ro'];
const limits = { 'widget.js': 5_000, all: 25_000 };

// The classic runtime makes the smaller code.
const jsx = { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment' }, jsxInject: "import { h, Fragment } from 'preact'" };

const bundle = (entry, name, empty, global) =>
  build({
    configFile: false,
    root: here('.'),
    logLevel: 'warn',
    oxc: name === 'frame' ? jsx : undefined,
    plugins: [compression({ algorithms: [defineAlgorithm('gzip', { level: 9 }), defineAlgorithm('brotliCompress')], threshold: 512 })],
    build: {
      outDir: out,
      emptyOutDir: empty,
      target: 'es2022',
      cssTarget: 'esnext',
      cssCodeSplit: false,
      modulePreload: false,
      rollupOptions: {
        input: here(entry),
        output: { format: 'iife', name: global, entryFileNames: `${name}.js`, assetFileNames: `${name}[extname]` },
      },
    },
  });

await bundle('loader/loader.ts', 'widget', true);
await bundle('frame/main.tsx', 'frame', false);
for (const language of languages) await bundle(`frame/words/${language}.ts`, `words.${language}`, false, 'parleyWords');
copyFileSync(here('frame.html'), `${out}/frame.html`);

// What a visitor loads: all of it, and at most one language besides English.
let all = 0;
let most = 0;
for (const file of ['widget.js', 'frame.js', 'frame.css', 'frame.html', ...languages.map((l) => `words.${l}.js`)]) {
  const size = gzipSync(readFileSync(`${out}/${file}`), { level: 9 }).length;
  if (file.startsWith('words.')) most = Math.max(most, size);
  else all += size;
  console.log(`widget  ${file.padEnd(10)} ${(size / 1000).toFixed(2).padStart(6)} kB gzipped`);
  if (limits[file] && size > limits[file]) throw new Error(`${file} is over its ${limits[file]} bytes`);
}
console.log(`widget  all        ${(all / 1000).toFixed(2).padStart(6)} kB gzipped of ${limits.all / 1000}`);
console.log(`widget  with the largest language ${((all + most) / 1000).toFixed(2)} kB`);
if (all > limits.all) throw new Error(`the widget is over its ${limits.all} bytes`);
