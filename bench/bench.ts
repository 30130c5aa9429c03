/** What every measurement is given. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs, familyCpuMs } from './proc.ts';
import type { Figure } from './row.ts';
import type { Stack } from './stack.ts';
import type { Pair, Subject, Subjects } from './subject.ts';

export interface Bench {
  readonly stack: Stack;
  readonly subjects: Subjects;
  /** Fewer repetitions: to see that it works, not to quote. */
  readonly quick: boolean;
  readonly progress: (line: string) => void;
}

export type Measurement = (bench: Bench) => Promise<Figure>;

/** In milliseconds a turn. */
export interface Cpu {
  /** Everything that took part: worker, API, Temporal, PostgreSQL. */
  readonly total: number;
  /** Worker and API. */
  readonly own: number;
  readonly worker: number;
  readonly temporal: number;
  readonly postgres: number;
}

/** What is done after the reply belongs to the turn as well. */
const SETTLE_MS = 150;

/** CPU time a turn of everything that took part in `work`, which makes so many turns. */
export async function cpuOf(
  { stack }: Bench,
  { processes }: Subject,
  turns: number,
  work: () => Promise<void>,
): Promise<Cpu> {
  const read = () => {
    const worker = cpuMs(processes.worker.pid());
    const own = worker + cpuMs(processes.api.pid());
    const temporal = familyCpuMs(stack.pids.temporal);
    const postgres = familyCpuMs(stack.pids.postgres);
    return { total: own + temporal + postgres, own, worker, temporal, postgres };
  };
  await sleep(SETTLE_MS);
  const before = read();
  await work();
  await sleep(SETTLE_MS);
  const after = read();
  return {
    total: (after.total - before.total) / turns,
    own: (after.own - before.own) / turns,
    worker: (after.worker - before.worker) / turns,
    temporal: (after.temporal - before.temporal) / turns,
    postgres: (after.postgres - before.postgres) / turns,
  };
}

/** Handback, plain, Handback, plain …: what disturbs the machine meanwhile disturbs both. */
export async function alternately<T>(
  pair: Pair,
  rounds: number,
  measure: (subject: Subject, round: number) => Promise<T>,
): Promise<{ readonly handback: T[]; readonly plain: T[] }> {
  const results: { handback: T[]; plain: T[] } = { handback: [], plain: [] };
  for (let round = 0; round < rounds; round++) {
    // The one that begins changes, so that neither always finds the machine warmed up by the other.
    const order = round % 2 === 0 ? [pair.handback, pair.plain] : [pair.plain, pair.handback];
    for (const subject of order) results[subject.name].push(await measure(subject, round));
  }
  return results;
}
