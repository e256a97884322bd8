// The application under test: starts the executable on a free port with an empty data folder, waits until it is ready, stops it.
// BINARY names another executable than the debug build.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const binary = process.env.BINARY ?? path.join(root, 'target/debug/engaging-with-families');
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts the server; `address` is like http://127.0.0.1:4711, `stop()` ends it and removes its data. */
export async function startServer({ readyWithin = 120_000 } = {}) {
  if (!existsSync(binary)) {
    throw new Error(`There is no executable ${binary}: build it, or name one in BINARY`);
  }
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const data = await mkdtemp(path.join(os.tmpdir(), 'ewf-browser-'));
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EWF_')));
  const child = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, '--data', data], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (chunk) => { log = (log + chunk).slice(-20_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  let gone = null;
  ended.then((how) => { gone = how; });
  // Whatever happens to the tests, no server stays behind.
  process.once('exit', () => child.kill('SIGKILL'));

  const started = Date.now();
  while (!(await answers(`${address}/readyz`))) {
    if (gone) throw new Error(`The server ended before it was ready (${describe(gone)}):\n${log}`);
    if (Date.now() - started > readyWithin) {
      child.kill('SIGKILL');
      throw new Error(`The server was not ready after ${readyWithin / 1000} s:\n${log}`);
    }
    await pause(100);
  }

  async function stop() {
    child.kill('SIGTERM');
    const how = await Promise.race([ended, pause(20_000).then(() => null)]);
    if (how === null) child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
    if (how === null || how.code !== 0) {
      throw new Error(`The server did not stop cleanly when asked to (${how ? describe(how) : 'still running after 20 s'}):\n${log}`);
    }
  }
  return { address, stop, log: () => log };
}

function describe({ error, code, signal }) {
  return error ? error.message : signal ? `signal ${signal}` : `exit code ${code}`;
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
