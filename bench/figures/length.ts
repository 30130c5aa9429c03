/**
 * Whether a turn's cost depends on how long the conversation already is: turns 2 to 21 of fresh conversations against turns
 * from 490 on of a long one, alternately. With short messages and with messages of 8 KB.
 */
import { type Bench, cpuOf } from '../bench.ts';
import { HELLO, longOrder, ORDER } from '../model.ts';
import { median, sum } from '../numbers.ts';
import type { Bound, Figure, Row } from '../row.ts';
import { historySize } from '../size.ts';
import { newConversation, type Subject, timed } from '../subject.ts';

const TURNS = 20;
const SAME: Bound = { kind: 'between', least: 0.9, most: 1.1 };

interface Stretch {
  readonly ms: readonly number[];
  readonly cpu: number;
  /** Of each turn that did not continue as new. */
  readonly bytes: readonly number[];
}

export async function length(bench: Bench): Promise<Figure> {
  bench.stack.model.delayMs = 0;
  const { handback, plain } = bench.subjects.http;
  const from = bench.quick ? 120 : 490;
  const short = await compare(bench, handback, ORDER, from, 'short messages');
  const long = await compare(bench, handback, longOrder(8_192), from, '8 KB messages');
  const theirs = bench.quick ? undefined : await compare(bench, plain, ORDER, from, 'short messages');
  return {
    name: 'length',
    title: `Turn ${from} and later against turns 2 to ${TURNS + 1} of a conversation`,
    rows: [...rowsOf(`short messages`, from, short, theirs), ...rowsOf('8 KB messages', from, long, undefined)],
  };
}

type Compared = Awaited<ReturnType<typeof compare>>;

function rowsOf(what: string, from: number, ours: Compared, theirs: Compared | undefined): Row[] {
  const row = (name: string, unit: string, of: (compared: Compared) => number, bound?: Bound): Row => ({
    what: `${what}: ${name}`,
    unit,
    handback: of(ours),
    // A plain conversation of that length continues as new in every stretch: there is no growth to compare.
    ...(theirs === undefined || Number.isNaN(of(theirs)) ? {} : { plain: of(theirs) }),
    ...(bound === undefined ? {} : { bound }),
  });
  return [
    row('early turn, p50', 'ms', ({ early }) => early.ms),
    row(`turn ${from}, p50`, 'ms', ({ late }) => late.ms),
    row('late ÷ early, latency', '×', ({ early, late }) => late.ms / early.ms, SAME),
    row('late ÷ early, CPU', '×', ({ early, late }) => late.cpu / early.cpu, SAME),
    row('late ÷ early, history', '×', ({ early, late }) => late.bytes / early.bytes, SAME),
  ];
}

async function compare(bench: Bench, subject: Subject, text: string, from: number, what: string) {
  const rounds = bench.quick ? 2 : 6;
  const old = newConversation(subject);
  await subject.say(old, HELLO, true);
  for (let turn = 2; turn < from; turn++) await subject.say(old, text, false);
  const early: Stretch[] = [];
  const late: Stretch[] = [];
  for (let round = 0; round < rounds; round++) {
    const fresh = newConversation(subject);
    await subject.say(fresh, HELLO, true);
    early.push(await stretch(bench, subject, fresh, text));
    late.push(await stretch(bench, subject, old, text));
  }
  const result = { early: summary(early), late: summary(late) };
  bench.progress(`length, ${what}, ${subject.name}: ${result.early.ms.toFixed(1)} -> ${result.late.ms.toFixed(1)} ms`);
  return result;
}

async function stretch(bench: Bench, subject: Subject, conversation: string, text: string): Promise<Stretch> {
  const ms: number[] = [];
  const workflowId = subject.workflowId(conversation);
  const before = await historySize(bench.stack.temporal, workflowId);
  const { total } = await cpuOf(bench, subject, TURNS, async () => {
    for (let turn = 0; turn < TURNS; turn++) ms.push(await timed(subject, conversation, text));
  });
  const after = await historySize(bench.stack.temporal, workflowId);
  const sameRun = after.runId === before.runId;
  return { ms, cpu: total, bytes: sameRun ? [(after.bytes - before.bytes) / TURNS] : [] };
}

function summary(stretches: readonly Stretch[]) {
  return {
    ms: median(stretches.flatMap(({ ms }) => ms)),
    cpu: sum(stretches.map(({ cpu }) => cpu)) / stretches.length,
    bytes: median(stretches.flatMap(({ bytes }) => bytes)),
  };
}
