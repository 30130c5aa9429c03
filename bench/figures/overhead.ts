/** What a turn costs beyond the model and the tool: one conversation at a time, model, tool, model, both answering at once. */
import { alternately, type Bench, type Cpu, cpuOf } from '../bench.ts';
import { HELLO, ORDER } from '../model.ts';
import { median, percentile } from '../numbers.ts';
import { modelsOwnTime } from '../own-time.ts';
import type { Figure, Row } from '../row.ts';
import { newConversation, type Pair, timed } from '../subject.ts';

interface Block {
  readonly first: number;
  readonly ms: readonly number[];
  readonly cpu: Cpu;
  /** The model's own time in a turn, measured beside. */
  readonly model: number;
}

const TURNS_PER_CONVERSATION = 15;

export async function overhead(bench: Bench): Promise<Figure> {
  bench.stack.model.delayMs = 0;
  const rounds = bench.quick ? 3 : 12;
  const http = await blocksOf(bench, bench.subjects.http, rounds);
  const direct = await blocksOf(bench, bench.subjects.direct, rounds);
  const own = {
    handback: median(http.handback.map(({ model }) => model)),
    plain: median(http.plain.map(({ model }) => model)),
  };
  return {
    name: 'overhead',
    title: 'An ordinary one-tool turn, one conversation at a time, model and tool answering at once',
    rows: [
      { what: "the model's own time in it, p50", unit: 'ms', ...own },
      {
        ...beyond(own, latency('over HTTP, beyond it, p50', http, 0.5)),
        bound: { kind: 'ratio_at_most', value: 0.45 },
      },
      beyond(own, latency('over HTTP, beyond it, p95', http, 0.95)),
      latency('over HTTP with it, p50', http, 0.5),
      latency('over HTTP with it, p95', http, 0.95),
      beyond(own, latency('without an API between, beyond it, p50', direct, 0.5)),
      beyond(own, latency('without an API between, beyond it, p95', direct, 0.95)),
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
    const model = await modelsOwnTime(bench.stack.modelUrl, TURNS_PER_CONVERSATION, subject.name === 'handback');
    return { first, ms, cpu: used, model };
  });
  return { handback: handback.slice(1), plain: plain.slice(1) };
}

function latency(what: string, { handback, plain }: Blocks, share: number): Row & { readonly plain: number } {
  const of = (blocks: readonly Block[]) =>
    percentile(
      blocks.flatMap(({ ms }) => ms),
      share,
    );
  return { what, unit: 'ms', handback: of(handback), plain: of(plain) };
}

function beyond(
  own: { readonly handback: number; readonly plain: number },
  row: Row & { readonly plain: number },
): Row {
  return { ...row, handback: row.handback - own.handback, plain: row.plain - own.plain };
}

function cpu(what: string, { handback, plain }: Blocks, part: keyof Cpu): Row {
  const of = (blocks: readonly Block[]) => median(blocks.map((block) => block.cpu[part]));
  return { what, unit: 'ms', handback: of(handback), plain: of(plain) };
}
