/** Fifty conversations at once, each saying the next thing as soon as it is answered. */
import { alternately, type Bench, cpuOf } from '../bench.ts';
import { HELLO, ORDER } from '../model.ts';
import { median } from '../numbers.ts';
import type { Figure, Row } from '../row.ts';
import { newConversation, type Subject } from '../subject.ts';

const CONVERSATIONS = 50;

interface Load {
  readonly delayMs: number;
  readonly turns: number;
  readonly rounds: number;
}

export async function throughput(bench: Bench): Promise<Figure> {
  const loads: readonly Load[] = bench.quick
    ? [
        { delayMs: 0, turns: 4, rounds: 1 },
        { delayMs: 200, turns: 4, rounds: 1 },
        { delayMs: 3_000, turns: 2, rounds: 1 },
      ]
    : [
        { delayMs: 0, turns: 12, rounds: 3 },
        { delayMs: 200, turns: 12, rounds: 3 },
        { delayMs: 3_000, turns: 4, rounds: 2 },
      ];
  const rows: Row[] = [];
  for (const load of loads) rows.push(...(await rowsOf(bench, load)));
  return { name: 'throughput', title: `${CONVERSATIONS} conversations at once, one-tool turns over HTTP`, rows };
}

async function rowsOf(bench: Bench, load: Load): Promise<Row[]> {
  const { handback, plain } = await alternately(bench.subjects.http, load.rounds, (subject) =>
    runLoad(bench, subject, load),
  );
  const of = (part: 'perSecond' | 'total' | 'own') => ({
    handback: median(handback.map((one) => one[part])),
    plain: median(plain.map((one) => one[part])),
  });
  const delay = `model ${load.delayMs} ms`;
  return [
    { what: `${delay}: turns a second`, unit: '1/s', ...of('perSecond') },
    { what: `${delay}: CPU of all four a turn`, unit: 'ms', ...of('total') },
    { what: `${delay}: CPU of worker and API a turn`, unit: 'ms', ...of('own') },
  ];
}

async function runLoad(bench: Bench, subject: Subject, { delayMs, turns }: Load) {
  bench.stack.model.delayMs = 0;
  const conversations = Array.from({ length: CONVERSATIONS }, () => newConversation(subject));
  await Promise.all(conversations.map((conversation) => subject.say(conversation, HELLO, true)));
  bench.stack.model.delayMs = delayMs;
  const total = CONVERSATIONS * turns;
  let seconds = 0;
  const cpu = await cpuOf(bench, subject, total, async () => {
    const began = performance.now();
    await Promise.all(
      conversations.map(async (conversation) => {
        for (let turn = 0; turn < turns; turn++) await subject.say(conversation, ORDER, false);
      }),
    );
    seconds = (performance.now() - began) / 1000;
  });
  bench.stack.model.delayMs = 0;
  bench.progress(
    `throughput, model ${delayMs} ms, ${subject.name}: ${(total / seconds).toFixed(1)} turns/s, ${cpu.total.toFixed(0)} CPU-ms`,
  );
  return { perSecond: total / seconds, total: cpu.total, own: cpu.own };
}
