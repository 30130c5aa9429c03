import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { say, step } from './step.mjs';

/** Not built: what only people and tests read, what is made, what is downloaded. */
const NOT_SOURCE = new Set(['node_modules', 'dist', 'test', 'docs', 'coverage']);
const STAMP = join('dist', '.build-stamp');

/** The stamp holds the path, size and time of every source file, so that a removed or replaced file counts too. */
export function needsBuild(root) {
  const stamp = join(root, STAMP);
  return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint(root);
}

/** Types, then the files the code reads beside itself, then the workflow bundle; the stamp last. */
export async function build(root) {
  const started = Date.now();
  // Taken before compiling: a file saved meanwhile makes the next start build again.
  const print = fingerprint(root);
  say('Building ...');
  rmSync(join(root, STAMP), { force: true });
  await step(join(root, 'node_modules', '.bin', 'tsc'), ['-p', 'tsconfig.build.json'], {
    cwd: root,
    remedy: 'The compiler says above where.',
  });
  copyAssets(root);
  await Promise.all([
    step(process.execPath, [join('dist', 'scripts', 'build-bundle.js')], {
      cwd: root,
      remedy: 'The workflow bundle could not be built; the message above says why.',
    }),
    step(process.execPath, [join('dist', 'scripts', 'prepare-database.js')], {
      cwd: root,
      remedy: 'The embedded database could not be prepared; the message above says why.',
    }),
  ]);
  writeFileSync(join(root, STAMP), print);
  say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** Migrations and prompts are read relative to the module that uses them, so they go to the same place in `dist`. */
function copyAssets(root) {
  const wanted = new Set(sources(root).filter(isAsset));
  for (const file of wanted) {
    const target = join(root, 'dist', file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, file), target);
  }
  // A migration that was renamed must not run under its old name as well.
  for (const file of walk(join(root, 'dist')).map((path) => relative(join(root, 'dist'), path))) {
    if (isAsset(file) && !wanted.has(file)) rmSync(join(root, 'dist', file));
  }
}

function isAsset(file) {
  const folders = file.split(sep);
  if (file.endsWith('.sql')) return folders.at(-2) === 'migrations';
  if (folders[0] === 'guardrails') return folders.at(-2) === 'weights';
  return file.endsWith('.md') && folders[0] === 'agents';
}

function fingerprint(root) {
  const hash = createHash('sha256');
  for (const file of sources(root)) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Every file the build reads, relative to the root, in a fixed order. */
function sources(root) {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !NOT_SOURCE.has(entry.name))
    .flatMap((entry) => (entry.isDirectory() ? walk(join(root, entry.name)) : [join(root, entry.name)]))
    .map((path) => relative(root, path))
    .filter((file) => /\.(ts|tsx|sql)$/.test(file) || isAsset(file) || /^(package|tsconfig.*)\.json$/.test(file))
    .sort();
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules') return [];
    return entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)];
  });
}
