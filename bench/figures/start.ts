/** From starting a process to its being of use: the API answers, the worker takes work. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Bench } from '../bench.ts';
import { median } from '../numbers.ts';
import type { Kept } from '../processes.ts';
import type { Figure, Row } from '../row.ts';
import { PLAIN_TASK_QUEUE, TASK_QUEUE } from '../stack.ts';
import { type StartTimes, startTimes } from '../start-command.ts';

const POLL_MS = 10;
const TASK_QUEUE_TYPE_WORKFLOW = 1;

export async function start(bench: Bench): Promise<Figure> {
  const { handback, plain, temporal, apiUrl, plainUrl } = bench.stack;
  const rounds = bench.quick ? 2 : 5;
  const worker = {
    handback: await workerStarts(temporal, TASK_QUEUE, handback.worker, rounds),
    plain: await workerStarts(temporal, PLAIN_TASK_QUEUE, plain.worker, rounds),
  };
  const api = {
    handback: await apiStarts(`${apiUrl}/readyz`, handback.api, rounds),
    plain: await apiStarts(plainUrl, plain.api, rounds),
  };
  return {
    name: 'start',
    title: 'Start times',
    rows: [
      { what: 'worker, from its start to taking work', unit: 's', ...worker },
      { what: 'API, from its start to the first answer', unit: 's', ...api },
      ...commandRows(await startTimes(bench)),
    ],
  };
}

function commandRows(times: StartTimes | undefined): Row[] {
  if (times === undefined) return [];
  return [
    {
      what: 'handback start, nothing there: first answer of the agent',
      unit: 's',
      handback: times.first,
      bound: { kind: 'at_most', value: 10 },
    },
    {
      what: 'handback start, again: first answer',
      unit: 's',
      handback: times.second,
      bound: { kind: 'at_most', value: 5 },
    },
  ];
}

async function workerStarts(temporal: Client, taskQueue: string, worker: Kept, rounds: number): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await worker.stop();
    const began = performance.now();
    await worker.start();
    await until(async () => (await pollers(temporal, taskQueue)).some((identity) => names(identity, worker.pid())));
    seconds.push((performance.now() - began) / 1000);
  }
  return median(seconds);
}

/** `<pid>@<host>` is the SDK's own way to name a worker, `<host>-<pid>-<random>` Handback's. */
function names(identity: string, pid: number): boolean {
  return identity.startsWith(`${pid}@`) || identity.includes(`-${pid}-`);
}

async function pollers(temporal: Client, name: string): Promise<string[]> {
  const answer = await temporal.workflowService.describeTaskQueue({
    namespace: 'default',
    taskQueue: { name },
    taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
  });
  return (answer.pollers ?? []).map(({ identity }) => identity ?? '');
}

async function apiStarts(url: string, api: Kept, rounds: number): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await api.stop();
    const began = performance.now();
    await api.start();
    await until(async () => {
      const response = await fetch(url).catch(() => undefined);
      await response?.body?.cancel();
      // The plain API knows no readiness: any answer will do.
      return response !== undefined && response.status !== 503;
    });
    seconds.push((performance.now() - began) / 1000);
  }
  return median(seconds);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(POLL_MS);
}
