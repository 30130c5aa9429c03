/**
 * What the ledger adds to a turn: the same one-tool turn where the tool changes something (a row before it and its end after
 * it) and every call is checked against budgets, and where it is none of that. Turn by turn in turns.
 */
import { createClient } from '../../client/index.ts';
import { LEDGERED } from '../agent.ts';
import type { Bench } from '../bench.ts';
import { HELLO, ORDER } from '../model.ts';
import { median } from '../numbers.ts';
import type { Figure } from '../row.ts';

const TURNS_PER_CONVERSATION = 15;
const WAIT_MS = 120_000;

export async function ledger(bench: Bench): Promise<Figure> {
  const { stack, quick } = bench;
  stack.model.delayMs = 0;
  const client = createClient({ baseUrl: stack.apiUrl, key: stack.apiKey });
  const rounds = quick ? 2 : 10;
  const times = { without: new Array<number>(), with: new Array<number>() };

  async function timed(agent: string, conversation: string, text: string): Promise<number> {
    const began = performance.now();
    const turn = await client.send(conversation, { text, agent, customer: { id: 'customer-1' } }, { wait: WAIT_MS });
    if (turn.outcome !== 'replied') throw new Error(`${conversation}: the turn ended as ${turn.outcome}`);
    return performance.now() - began;
  }

  for (let round = 0; round <= rounds; round++) {
    const names = { without: `ledger-without-${round}`, with: `ledger-with-${round}` };
    await timed('bench', names.without, HELLO);
    await timed(LEDGERED, names.with, HELLO);
    for (let turn = 0; turn < TURNS_PER_CONVERSATION; turn++) {
      const without = await timed('bench', names.without, ORDER);
      const withIt = await timed(LEDGERED, names.with, ORDER);
      // The first round is warming up.
      if (round === 0) continue;
      times.without.push(without);
      times.with.push(withIt);
    }
    bench.progress(`ledger, round ${round} of ${rounds}`);
  }
  const [without, withIt] = [median(times.without), median(times.with)];
  return {
    name: 'ledger',
    title: 'The ledger of effects and budgets on a one-tool turn over HTTP, model and tool answering at once',
    rows: [
      { what: 'a tool that changes nothing, no budgets, p50', unit: 'ms', handback: without },
      { what: 'a tool that changes something, with budgets, p50', unit: 'ms', handback: withIt },
      { what: 'more', unit: 'ms', handback: withIt - without, bound: { kind: 'at_most', value: 5 } },
    ],
  };
}
