/** `handback escalations`: conversations in which a person is needed; `resolve`: somebody has seen to it. */
import { type Command, Option } from 'commander';
import type { Escalation } from '../client/index.ts';
import { connect, talking } from './connect.ts';
import { wholeNumber } from './numbers.ts';
import { printJson, printLine, printNotice, printTable } from './print.ts';

interface ListOptions {
  readonly status: Escalation['status'];
  readonly reason?: Escalation['reason'];
  readonly limit?: number;
  readonly json?: true;
}

export function addEscalations(program: Command): void {
  const escalations = program
    .command('escalations')
    .description('list conversations in which a person is needed, the oldest first')
    .addOption(new Option('--status <status>', 'which').choices(['open', 'resolved']).default('open'))
    .addOption(new Option('--reason <reason>', 'only these').choices(['failure', 'budget', 'guardrail', 'refusal']))
    .option('--limit <number>', 'how many', wholeNumber)
    .option('--json', "print the API's own document")
    .action(async ({ json, ...filter }: ListOptions) => {
      const { client, url } = await connect({ retries: 2 });
      const list = await talking(url, () => client.escalations(filter));
      if (json) return printJson(list);
      printTable(['ID', 'CONVERSATION', 'TURN', 'REASON', 'WHAT HAPPENED', 'SINCE'], list.escalations.map(cellsOf));
      if (list.escalations.some(({ failure, status }) => failure?.limit !== undefined && status === 'open')) {
        printNotice(
          'A limit is raised with: handback limits raise <conversation> <scope> <limit> <to> --reason <text>',
        );
      }
    });

  escalations
    .command('resolve <id>')
    .description('say that somebody has seen to it')
    .requiredOption('--note <text>', 'what was done; kept in the audit log')
    .option('--json', "print the API's own document")
    .action(async (id: string, { note, json }: { note: string; json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const resolved = await talking(url, () => client.resolveEscalation(id, note));
      if (json) printJson(resolved);
      else printLine(`${resolved.id} is resolved: ${resolved.resolution?.note ?? ''}`);
    });
}

function cellsOf({ id, conversationId, turn, reason, failure, openedAt }: Escalation): readonly string[] {
  return [id, conversationId, String(turn), reason, failure?.message ?? '', openedAt];
}
