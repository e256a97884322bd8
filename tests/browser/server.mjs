// The application under test: starts the executable on a free port with an empty data folder, waits until it is ready, stops it.
// BINARY names another executable than the debug build.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = process.env.BINARY ?? path.join(root, 'target/debug/engaging-with-families');
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Starts the server; `address` is like http://127.0.0.1:4711, `data` its folder, `stop()` ends it and removes its data.
 * `people` get accounts first: each has a login, a name, a role, and a password; whoever has none is invited, and their
 * one-time path stands in `invitations` under their login.
 */
export async function startServer({ readyWithin = 120_000, people = [], options = [] } = {}) {
  if (!existsSync(binary)) {
    throw new Error(`There is no executable ${binary}: build it, or name one in BINARY`);
  }
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const data = await mkdtemp(path.join(os.tmpdir(), 'ewf-browser-'));
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('EWF_')));
  const invitations = new Map();
  for (const person of people) {
    const printed = await addPerson(person, data, environment);
    invitations.set(person.login, printed.match(/\/welcome\/\S+/)?.[0]);
  }
  const child = spawn(binary, ['serve', '--listen', `127.0.0.1:${port}`, '--data', data, '--no-link-checks', '--no-snapshots', ...options], {
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
      const fault = `The server did not stop cleanly when asked to (${how ? describe(how) : 'still running after 20 s'}):\n${log}`;
      // What goes wrong after the last test is reported without its reason.
      console.error(fault);
      throw new Error(fault);
    }
  }
  /** Puts into the database what a test cannot bring about through pages. Python brings SQLite along everywhere. */
  const sql = (statements) => promisify(execFile)('python3',
    ['-c', 'import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=20).executescript(sys.argv[2])', path.join(data, 'evidence.db'), statements]);
  return { address, data, invitations, sql, stop, log: () => log };
}

async function addPerson({ login, name, role, password }, data, env) {
  const options = ['person', 'add', login, '--name', name, '--role', role, '--data', data];
  const adding = promisify(execFile)(binary, password ? [...options, '--password-stdin'] : options, { cwd: root, env });
  adding.child.stdin.end(password ?? '');
  return (await adding).stdout;
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
