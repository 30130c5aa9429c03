/** `handback show`: one conversation's transcript. */
import type { Command } from 'commander';
import type { Conversation, Entry } from '../client/index.ts';
import { connect, talking } from './connect.ts';
import { printJson, printLine } from './print.ts';

export function addShow(program: Command): void {
  program
    .command('show <conversation>')
    .description('print what was said in a conversation')
    .option('--all', 'with the model calls, tools and outcomes (needs a key for engineers)')
    .option('--json', 'print {"conversation", "messages"}')
    .action(async (id: string, { all, json }: { all?: true; json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const [conversation, messages] = await talking(url, () =>
        Promise.all([client.conversation(id), whole(client.transcript(id, all === true ? { include: 'all' } : {}))]),
      );
      if (json) return printJson({ conversation, messages });
      printLine(headline(conversation));
      for (const entry of messages) printEntry(entry);
    });
}

async function whole(transcript: AsyncIterable<Entry>): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of transcript) entries.push(entry);
  return entries;
}

function headline(conversation: Conversation): string {
  const { id, agent, customer, status, turns, waiting, costUsd, closeReason } = conversation;
  const why = closeReason === null ? '' : ` (${closeReason})`;
  const waits = waiting === 0 ? '' : `, ${waiting} waiting`;
  return `${id}: ${agent} with ${customer.id}, ${status}${why}, ${turns} turns${waits}, $${costUsd.toFixed(4)}`;
}

function printEntry(entry: Entry): void {
  switch (entry.kind) {
    case 'message':
      printLine(`\n[${entry.turn}] ${entry.from} ${entry.at}`);
      printLine(indented(entry.text));
      return;
    case 'step': {
      const asked = entry.toolCalls.map((call) => `${call.name} ${call.arguments}`);
      const did = asked.length === 0 ? 'answered' : `asked for ${asked.join(', ')}`;
      printLine(`    model ${entry.model ?? ''}: ${did}${figures(entry)}`);
      return;
    }
    case 'tool':
      printLine(`    tool ${entry.tool ?? ''}: ${entry.outcome ?? 'running'}${figures(entry)}`);
      printLine(indented(entry.text, '      '));
      return;
    case 'turn':
      printLine(`    turn ${entry.outcome}${entry.failure === null ? '' : ` (${entry.failure})`}`);
  }
}

function figures({ ms, attempts }: { readonly ms: number | null; readonly attempts: number }): string {
  const took = ms === null ? [] : [`${ms} ms`];
  const tried = attempts > 1 ? [`${attempts} attempts`] : [];
  const all = [...took, ...tried];
  return all.length === 0 ? '' : `, ${all.join(', ')}`;
}

function indented(text: string, by = '  '): string {
  return text.replaceAll(/^/gm, by);
}
