// What the browser loads before the console's first view, gzipped. Fails over the limit.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limitKB = 300;
const manifest = JSON.parse(readFileSync('node_modules/.cache/parley-manifest.json', 'utf8'));
const first = ['index.html', ...Object.keys(manifest).filter((key) => /routes\/(InboxRoute|ShellRoute)\.tsx$/.test(key))];

const seen = new Set();
const files = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return;
  seen.add(key);
  files.add(chunk.file);
  for (const css of chunk.css ?? []) files.add(css);
  for (const other of chunk.imports ?? []) visit(other);
};
first.forEach(visit);

const sum = { js: 0, css: 0 };
for (const file of files) {
  const bytes = gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
  if (file.endsWith('.js')) sum.js += bytes;
  if (file.endsWith('.css')) sum.css += bytes;
}
const kb = (n) => (n / 1000).toFixed(1);
console.log(`first view, gzipped: ${kb(sum.js)} kB JavaScript, ${kb(sum.css)} kB CSS in ${files.size} files (limit ${limitKB} kB JavaScript)`);
if (sum.js > limitKB * 1000) process.exit(1);
