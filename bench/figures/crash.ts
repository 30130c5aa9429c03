/** From `kill -9` of the worker, in the middle of a model call of one second, to the reply. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Bench } from '../bench.ts';
import { HELLO } from '../model.ts';
import { median } from '../numbers.ts';
import type { Kept } from '../processes.ts';
import type { Figure } from '../row.ts';
import { newConversation, type Subject } from '../subject.ts';

const MODEL_MS = 1_000;

export async function crash(bench: Bench): Promise<Figure> {
  const { handback, plain } = bench.subjects.http;
  const rounds = bench.quick ? 3 : 9;
  const restarted = await times(rounds, () => killRestarted(bench, handback));
  const standingBy = await withAnother(handback, (another) =>
    times(rounds, () => killWithAnother(bench, handback, another)),
  );
  // Each takes a start-to-close timeout: a few are enough.
  const plainRestarted = await times(bench.quick ? 1 : 3, () => killRestarted(bench, plain));
  const all = [...restarted, ...standingBy];
  return {
    name: 'crash',
    title: `kill -9 of the worker during a model call of ${MODEL_MS / 1000} s, until the reply (the repeated call included)`,
    rows: [
      {
        what: `worker restarted at once, median of ${rounds}`,
        unit: 's',
        handback: median(restarted),
        plain: median(plainRestarted),
        bound: { kind: 'at_most', value: 3 },
      },
      {
        what: `another worker standing by, median of ${rounds}`,
        unit: 's',
        handback: median(standingBy),
        bound: { kind: 'at_most', value: 3 },
      },
      { what: 'the longest of all', unit: 's', handback: Math.max(...all), plain: Math.max(...plainRestarted) },
    ],
  };
}

async function times(count: number, measure: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let n = 0; n < count; n++) results.push(await measure());
  return results;
}

async function killRestarted(bench: Bench, subject: Subject): Promise<number> {
  const seconds = await killDuring(bench, subject, async () => ({
    gone: subject.processes.worker.kill({ restart: true }),
  }));
  bench.progress(`crash, restarted, ${subject.name}: ${seconds.toFixed(2)} s`);
  return seconds;
}

async function withAnother<T>(subject: Subject, work: (another: Kept) => Promise<T>): Promise<T> {
  const another = await subject.processes.anotherWorker('another-worker');
  try {
    await sleep(5_000);
    return await work(another);
  } finally {
    await another.stop();
  }
}

async function killWithAnother(bench: Bench, subject: Subject, another: Kept): Promise<number> {
  let victim: Kept | undefined;
  const seconds = await killDuring(bench, subject, async (workflowId) => {
    const pid = await workerOf(bench.stack.temporal, workflowId);
    victim = pid === another.pid() ? another : subject.processes.worker;
    return { gone: victim.kill({ restart: false }) };
  });
  await victim?.start();
  bench.progress(`crash, another standing by, ${subject.name}: ${seconds.toFixed(2)} s`);
  // The next round wants two workers again.
  await sleep(3_000);
  return seconds;
}

async function killDuring(
  { stack }: Bench,
  subject: Subject,
  kill: (workflowId: string) => Promise<{ readonly gone: Promise<void> }>,
): Promise<number> {
  const conversation = newConversation(subject);
  stack.model.delayMs = 0;
  await subject.say(conversation, HELLO, true);
  await subject.say(conversation, HELLO, false);
  stack.model.delayMs = MODEL_MS;
  const answered = subject.say(conversation, HELLO, false);
  await sleep(MODEL_MS / 2);
  const began = performance.now();
  const { gone } = await kill(subject.workflowId(conversation));
  await answered;
  const seconds = (performance.now() - began) / 1000;
  await gone;
  stack.model.delayMs = 0;
  return seconds;
}

/** The pid of the worker that has the conversation's workflow task: Handback's workers are called `<host>-<pid>-<random>`. */
async function workerOf(temporal: Client, workflowId: string): Promise<number> {
  const { events } = await temporal.workflow.getHandle(workflowId).fetchHistory();
  const started = events?.findLast((event) => event.workflowTaskStartedEventAttributes != null);
  const identity = started?.workflowTaskStartedEventAttributes?.identity ?? '';
  return Number(/-(\d+)-[^-]*$/.exec(identity)?.[1] ?? Number.NaN);
}
