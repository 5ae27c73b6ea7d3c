import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Mode = 'default' | 'production';

/** A running `parley serve --demo`. */
export interface Node {
  url: string;
  stop(): Promise<void>;
}

const binary = new URL('../../bin/parley', import.meta.url).pathname;

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the browser tests with make test-browser`);
  return value;
}

/** The services of production: a database of this run's own, and a key space in Redis. */
export function production(): Record<string, string> {
  const server = needed('PARLEY_TEST_POSTGRES');
  const name = `e2e_${randomUUID().replaceAll('-', '')}`;
  execFileSync('psql', [server, '-qc', `CREATE DATABASE ${name}`], { stdio: 'pipe' });
  const database = new URL(server);
  database.pathname = `/${name}`;
  return { PARLEY_DATABASE_URL: database.href, PARLEY_REDIS_URL: needed('PARLEY_TEST_REDIS'), PARLEY_REDIS_PREFIX: `${name}:`, PARLEY_SECRET_KEY: 'ab'.repeat(32) };
}

export async function start(services: Record<string, string>): Promise<Node> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const data = mkdtempSync(join(tmpdir(), 'parley-e2e-'));
  const child = spawn(binary, ['serve', '--demo', '--demo-history', '150'], {
    env: { ...process.env, PARLEY_ADDR: `localhost:${port}`, PARLEY_DATA_DIR: data, PARLEY_LOG_LEVEL: 'warn', PARLEY_NODE: `e2e-${port}`, ...services },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (text: Buffer) => (log += text.toString()));
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  try {
    await ready(url, child, () => log);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function ready(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`parley ended with ${child.exitCode}:\n${log()}`);
    try {
      if ((await fetch(`${url}/readyz`)).ok) return;
    } catch {
      // not listening yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`parley was not ready in time:\n${log()}`);
}
