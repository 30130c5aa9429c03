/** `handback approvals`: tool calls that wait for an operator's decision. */
import { type Command, Option } from 'commander';
import type { Approval } from '../client/index.ts';
import { connect, talking } from './connect.ts';
import { wholeNumber } from './numbers.ts';
import { printJson, printTable } from './print.ts';

interface ListOptions {
  readonly status: Approval['status'];
  readonly limit?: number;
  readonly json?: true;
}

export function addApprovals(program: Command): void {
  program
    .command('approvals')
    .description('list tool calls that an operator has to decide about, the oldest first')
    .addOption(
      new Option('--status <status>', 'which').choices(['pending', 'granted', 'declined', 'lapsed']).default('pending'),
    )
    .option('--limit <number>', 'how many', wholeNumber)
    .option('--json', "print the API's own document")
    .action(async ({ json, ...filter }: ListOptions) => {
      const { client, url } = await connect({ retries: 2 });
      const list = await talking(url, () => client.approvals(filter));
      if (json) return printJson(list);
      printTable(['ID', 'CONVERSATION', 'TURN', 'WHAT', 'WHY', 'SINCE', 'UNTIL'], list.approvals.map(cellsOf));
    });
}

function cellsOf({ id, conversationId, turn, action, reason, heldAt, expiresAt }: Approval): readonly string[] {
  return [id, conversationId, String(turn), action, reason, heldAt, expiresAt];
}
