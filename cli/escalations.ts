/** `handback escalations`: conversations in which a person is needed; `resolve`: somebody has seen to it. */
import { type Command, Option } from 'commander';
import type { Escalation } from '../client/index.ts';
import { ESCALATION_REASONS } from '../core/escalation.ts';
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
    .addOption(new Option('--reason <reason>', 'only these').choices(ESCALATION_REASONS))
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

  addOwning(escalations);
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

function addOwning(escalations: Command): void {
  escalations
    .command('claim <id>')
    .description('take the conversation: it is yours to answer')
    .option('--take', 'from whoever has it')
    .option('--json', "print the API's own document")
    .action(async (id: string, { take, json }: { take?: true; json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const claimed = await talking(url, () => client.claim(id, take === undefined ? {} : { take }));
      if (json) printJson(claimed);
      else printLine(`${claimed.conversationId} is yours until ${claimed.claimUntil ?? ''}.`);
    });
  escalations
    .command('release <id>')
    .description('give it up, so that somebody else may claim it')
    .option('--json', "print the API's own document")
    .action(async (id: string, { json }: { json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const released = await talking(url, () => client.release(id));
      if (json) printJson(released);
      else printLine(`${released.conversationId} is free.`);
    });
  escalations
    .command('say <id> <text>')
    .description('write to the customer of an escalation that you claimed')
    .option('--json', "print the API's own document")
    .action(async (id: string, text: string, { json }: { json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const accepted = await talking(url, () => client.say(id, { text }));
      if (json) printJson(accepted);
      else printLine(`It is message ${accepted.seq} of ${accepted.conversationId}.`);
    });
  escalations
    .command('open <conversation>')
    .description('take a conversation from its agent, without any failure')
    .option('--note <text>', 'why')
    .option('--json', "print the API's own document")
    .action(async (id: string, { note, json }: { note?: string; json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const opened = await talking(url, () =>
        client.escalate(id, { reason: 'operator', ...(note === undefined ? {} : { note }) }),
      );
      if (json) printJson(opened);
      else printLine(`${opened.id} is open; claim it with: handback escalations claim ${opened.id}`);
    });
}

function cellsOf({ id, conversationId, turn, reason, failure, openedAt }: Escalation): readonly string[] {
  return [id, conversationId, String(turn), reason, failure?.message ?? '', openedAt];
}
