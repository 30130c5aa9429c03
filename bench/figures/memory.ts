/** Memory of worker and API after a load, and what a cached conversation takes of it. */
import type { Bench } from '../bench.ts';
import { HELLO, ORDER } from '../model.ts';
import { residentMb } from '../proc.ts';
import type { Figure } from '../row.ts';
import { newConversation, type Subject } from '../subject.ts';

const AT_ONCE = 25;

export async function memory(bench: Bench): Promise<Figure> {
  bench.stack.model.delayMs = 0;
  const conversations = bench.quick ? 100 : 500;
  const handback = await loaded(bench, bench.subjects.http.handback, conversations);
  const plain = await loaded(bench, bench.subjects.http.plain, conversations);
  return {
    name: 'memory',
    title: `Memory (RSS) after ${conversations} more conversations of 3 turns, ${AT_ONCE} at once`,
    rows: [
      { what: 'worker', unit: 'MB', handback: handback.worker, plain: plain.worker },
      { what: 'API', unit: 'MB', handback: handback.api, plain: plain.api },
      { what: 'worker, growth by each conversation', unit: 'KB', handback: handback.each, plain: plain.each },
    ],
  };
}

async function loaded(bench: Bench, subject: Subject, conversations: number) {
  const { worker, api } = subject.processes;
  const before = residentMb(worker.pid());
  const names = Array.from({ length: conversations }, () => newConversation(subject));
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        await subject.say(name, HELLO, true);
        await subject.say(name, ORDER, false);
        await subject.say(name, ORDER, false);
      }
    }),
  );
  const after = residentMb(worker.pid());
  bench.progress(`memory, ${subject.name}: worker ${before.toFixed(0)} -> ${after.toFixed(0)} MB`);
  return { worker: after, api: residentMb(api.pid()), each: ((after - before) * 1024) / conversations };
}
