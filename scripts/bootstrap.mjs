/**
 * Everything between a fresh clone and a running command: checks Node, installs the dependencies, builds, then runs the
 * command in this process (so that signals, the terminal and the exit code are its own).
 *
 *   node scripts/bootstrap.mjs                     only sets up
 *   node scripts/bootstrap.mjs start [args]        the same as `handback start [args]`; so for every verb of the CLI
 *   node scripts/bootstrap.mjs run <script> [args] dist/<script>.js, e.g. `run scripts/demo`
 *
 * Plain JavaScript on Node's own modules, because nothing else is there yet. It prints on stderr only: stdout belongs to
 * the command.
 */

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, needsBuild } from './bootstrap/build.mjs';
import { install, needsInstall } from './bootstrap/install.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { SetUpError } from './bootstrap/step.mjs';

const OLDEST_NODE = [20, 20];
const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  requireNode();
  await setUp();
  await runCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetUpError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new SetUpError(
    `Handback needs Node ${OLDEST_NODE.join('.')} or later; this is ${process.versions.node} (${process.execPath}). ` +
      'Install a newer one from https://nodejs.org or with your version manager (nvm install 22).',
  );
}

/** Another bootstrap may be at work in this checkout: whoever comes second waits and then finds everything done. */
async function setUp() {
  if (!needsInstall(root) && !needsBuild(root)) return;
  await withLock(join(root, 'dist', '.bootstrap.lock'), 'setting up this checkout', async () => {
    if (needsInstall(root)) await install(root);
    if (needsBuild(root)) await build(root);
  });
}

async function runCommand([verb, ...rest]) {
  if (verb === undefined) return;
  if (verb !== 'run') return enter(join(root, 'dist', 'cli', 'main.js'), [verb, ...rest]);
  const [script, ...args] = rest;
  if (script === undefined) throw new SetUpError('Say which script: node scripts/bootstrap.mjs run scripts/<name>');
  const file = resolve(root, 'dist', `${script.replace(/\.(js|ts)$/, '')}.js`);
  if (!existsSync(file)) throw new SetUpError(`There is no script ${script} (looked for ${file}).`);
  return enter(file, args);
}

/** Becomes that program: no process in between that could swallow a signal or die without it. */
async function enter(file, args) {
  process.argv = [process.argv[0], file, ...args];
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(file).href);
}
