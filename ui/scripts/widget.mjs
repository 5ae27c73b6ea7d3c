// Builds or checks the customer widget, which has a configuration of its own in widget/.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const run = (command, args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
};

if (process.argv[2] === 'typecheck') {
  if (existsSync('widget/tsconfig.json')) run('npx', ['tsc', '--noEmit', '-p', 'widget/tsconfig.json']);
} else if (existsSync('widget/build.mjs')) {
  run('node', ['widget/build.mjs']);
} else if (existsSync('widget/vite.config.ts')) {
  run('npx', ['vite', 'build', '-c', 'widget/vite.config.ts']);
}
