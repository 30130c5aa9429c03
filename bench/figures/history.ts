/** What a turn leaves in Temporal: events and bytes. */
import type { Bench } from '../bench.ts';
import { HELLO, ORDER } from '../model.ts';
import type { Bound, Figure, Row } from '../row.ts';
import { growthOf } from '../size.ts';
import { newConversation, type Subject } from '../subject.ts';

interface Kind {
  readonly what: string;
  readonly text: string;
  readonly delayMs: number;
  readonly turns: number;
  readonly bounds?: { readonly events: Bound; readonly kilobytes: Bound };
}

export async function history(bench: Bench): Promise<Figure> {
  const kinds: readonly Kind[] = [
    {
      what: 'one-tool turn',
      text: ORDER,
      delayMs: 0,
      turns: bench.quick ? 10 : 20,
      bounds: { events: { kind: 'at_most', value: 9 }, kilobytes: { kind: 'at_most', value: 2.5 } },
    },
    { what: 'turn without a tool', text: HELLO, delayMs: 0, turns: bench.quick ? 10 : 20 },
    { what: 'one-tool turn, each model call 3 s', text: ORDER, delayMs: 3_000, turns: bench.quick ? 1 : 4 },
  ];
  const rows: Row[] = [];
  for (const kind of kinds) {
    const handback = await grown(bench, bench.subjects.http.handback, kind);
    const plain = await grown(bench, bench.subjects.http.plain, kind);
    const bound = (part: 'events' | 'kilobytes') => (kind.bounds === undefined ? {} : { bound: kind.bounds[part] });
    rows.push(
      {
        what: `${kind.what}: events`,
        unit: 'a turn',
        handback: handback.events,
        plain: plain.events,
        ...bound('events'),
      },
      {
        what: `${kind.what}: history`,
        unit: 'KB a turn',
        handback: handback.bytes / 1024,
        plain: plain.bytes / 1024,
        ...bound('kilobytes'),
      },
    );
  }
  return { name: 'history', title: 'What a turn leaves in Temporal (the first twenty turns of a conversation)', rows };
}

async function grown(bench: Bench, subject: Subject, { what, text, delayMs, turns }: Kind) {
  const { model, temporal } = bench.stack;
  model.delayMs = 0;
  const conversation = newConversation(subject);
  await subject.say(conversation, HELLO, true);
  model.delayMs = delayMs;
  const growth = await growthOf(temporal, subject.workflowId(conversation), turns, async () => {
    for (let turn = 0; turn < turns; turn++) await subject.say(conversation, text, false);
  });
  model.delayMs = 0;
  bench.progress(
    `history, ${what}, ${subject.name}: ${growth.events.toFixed(1)} events, ${growth.bytes.toFixed(0)} bytes`,
  );
  return growth;
}
