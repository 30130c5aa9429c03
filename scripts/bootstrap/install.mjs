import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { say, step } from './step.mjs';

/** What the installed packages were installed from: its hash is left in `node_modules` when npm has finished. */
const MARKER = join('node_modules', '.handback-installed');

export function needsInstall(root) {
  const source = sourceOf(root);
  const marker = join(root, MARKER);
  if (existsSync(marker)) return readFileSync(marker, 'utf8').trim() !== hashOf(source);
  // Somebody installed by hand: npm writes this file last, so an interrupted installation does not count.
  const byNpm = join(root, 'node_modules', '.package-lock.json');
  return !existsSync(byNpm) || statSync(byNpm).mtimeMs < statSync(source).mtimeMs;
}

/**
 * `npm install`, not `npm ci`: the lock file may have been written where the packages of other platforms could not be
 * seen, and `npm ci` then refuses it everywhere. `--no-save` keeps both files as they are in the repository.
 */
export async function install(root) {
  say('Installing the dependencies (npm install); this takes a minute the first time ...');
  const started = Date.now();
  await npmInstall(root, []);
  if (!compilerRuns(root)) {
    say(
      `The lock file names no packages for ${process.platform} ${process.arch}: installing by package.json alone ...`,
    );
    rmSync(join(root, 'node_modules'), { recursive: true, force: true });
    await npmInstall(root, ['--no-package-lock']);
  }
  writeFileSync(join(root, MARKER), `${hashOf(sourceOf(root))}\n`);
  say(`Dependencies installed in ${seconds(started)} s.`);
}

async function npmInstall(root, extra) {
  // The compiler is a development dependency, so they are wanted even where NODE_ENV says production.
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--prefer-offline', ...extra];
  const remedy =
    'npm says above what was wrong; mostly it could not reach its registry (check the network, or `npm config get registry`).';
  // Packages' own scripts are off (.npmrc): the inference engine's would load GPU libraries from elsewhere, and what is needed
  // is in the packages.
  const npm = process.env.npm_execpath;
  if (npm?.endsWith('.js')) await step(process.execPath, [npm, ...args], { cwd: root, remedy });
  else await step('npm', args, { cwd: root, remedy });
}

/** The compiler is a program of the platform: when it runs, the packages of this platform are there. */
function compilerRuns(root) {
  return spawnSync(join(root, 'node_modules', '.bin', 'tsc'), ['--version'], { stdio: 'ignore' }).status === 0;
}

function sourceOf(root) {
  const lock = join(root, 'package-lock.json');
  return existsSync(lock) ? lock : join(root, 'package.json');
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function seconds(started) {
  return ((Date.now() - started) / 1000).toFixed(1);
}
