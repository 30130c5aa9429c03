/** Which code on which machine: a figure without it says nothing. */
import { arch, cpus, loadavg, release, totalmem } from 'node:os';
import { run } from '../services/run.ts';

export interface Machine {
  readonly commit: string;
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly temporal: string;
  readonly postgres: string;
  readonly at: string;
}

export async function machine(temporalBinary: string, postgres: string): Promise<Machine> {
  const [head, changes, temporal] = await Promise.all([
    said('git', ['rev-parse', '--short', 'HEAD']),
    said('git', ['status', '--porcelain']),
    said(temporalBinary, ['--version']),
  ]);
  const commit = head === '' ? 'not a checkout' : head;
  return {
    commit: changes === '' ? commit : `${commit} with changes`,
    cores: cpus().length,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${arch()}`,
    node: process.version,
    temporal,
    postgres,
    at: new Date().toISOString(),
  };
}

/** How busy the machine was in the last minute, whoever made it so. */
export function load(): number {
  return loadavg()[0] ?? Number.NaN;
}

async function said(command: string, args: readonly string[]): Promise<string> {
  const done = await run(command, args, { env: { PATH: process.env['PATH'] }, timeoutMs: 10_000 });
  return done.outcome === 'exited' && done.code === 0 ? done.output.trim() : '';
}
