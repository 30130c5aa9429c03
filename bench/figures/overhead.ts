/** What a turn costs beyond the model and the tool: one conversation at a time, model, tool, model, both answering at once. */
import { alternately, type Bench, type Cpu, cpuOf } from '../bench.ts';
import { HELLO, ORDER } from '../model.ts';
import { median, percentile } from '../numbers.ts';
import type { Figure, Row } from '../row.ts';
import { newConversation, type Pair, timed } from '../subject.ts';

interface Block {
  readonly first: number;
  readonly ms: readonly number[];
  readonly cpu: Cpu;
}

const TURNS_PER_CONVERSATION = 15;

export async function overhead(bench: Bench): Promise<Figure> {
  bench.stack.model.delayMs = 0;
  const rounds = bench.quick ? 3 : 12;
  const http = await blocksOf(bench, bench.subjects.http, rounds);
  const direct = await blocksOf(bench, bench.subjects.direct, rounds);
  return {
    name: 'overhead',
    title: 'An ordinary one-tool turn, one conversation at a time, model and tool answering at once',
    rows: [
      { ...latency('over HTTP, p50', http, 0.5), bound: { kind: 'ratio_at_most', value: 0.45 } },
      latency('over HTTP, p95', http, 0.95),
      latency('without an API between, p50', direct, 0.5),
      latency('without an API between, p95', direct, 0.95),
      {
        what: 'first turn of a conversation (no tool), p50',
        unit: 'ms',
        handback: median(http.handback.map(({ first }) => first)),
        plain: median(http.plain.map(({ first }) => first)),
      },
      { ...cpu('CPU of all four a turn', http, 'total'), bound: { kind: 'ratio_at_most', value: 0.5 } },
      cpu('CPU of worker and API a turn', http, 'own'),
      cpu('CPU of the worker alone a turn', direct, 'worker'),
      cpu('CPU of Temporal a turn', http, 'temporal'),
      cpu('CPU of PostgreSQL a turn', http, 'postgres'),
    ],
  };
}

type Blocks = Awaited<ReturnType<typeof blocksOf>>;

/** One conversation is one block; the very first of each is warming up and not counted. */
async function blocksOf(bench: Bench, pair: Pair, rounds: number) {
  const { handback, plain } = await alternately(pair, rounds + 1, async (subject, round): Promise<Block> => {
    const conversation = newConversation(subject);
    const first = await timed(subject, conversation, HELLO, true);
    const ms: number[] = [];
    const used = await cpuOf(bench, subject, TURNS_PER_CONVERSATION, async () => {
      for (let turn = 0; turn < TURNS_PER_CONVERSATION; turn++) ms.push(await timed(subject, conversation, ORDER));
    });
    bench.progress(
      `overhead, round ${round} of ${rounds}, ${subject.name}: ${median(ms).toFixed(1)} ms, ${used.own.toFixed(0)} CPU-ms`,
    );
    return { first, ms, cpu: used };
  });
  return { handback: handback.slice(1), plain: plain.slice(1) };
}

function latency(what: string, { handback, plain }: Blocks, share: number): Row {
  const of = (blocks: readonly Block[]) =>
    percentile(
      blocks.flatMap(({ ms }) => ms),
      share,
    );
  return { what, unit: 'ms', handback: of(handback), plain: of(plain) };
}

function cpu(what: string, { handback, plain }: Blocks, part: keyof Cpu): Row {
  const of = (blocks: readonly Block[]) => median(blocks.map((block) => block.cpu[part]));
  return { what, unit: 'ms', handback: of(handback), plain: of(plain) };
}
