/** `handback approvals`: tool calls that wait for an operator's decision; `approve`, `deny`, `edit`: the decision. */
import { type Command, Option } from 'commander';
import type { Approval, Client } from '../client/index.ts';
import { connect, talking } from './connect.ts';
import { CommandError } from './failure.ts';
import { wholeNumber } from './numbers.ts';
import { printJson, printLine, printNotice, printTable } from './print.ts';

interface ListOptions {
  readonly status: Approval['status'];
  readonly limit?: number;
  readonly json?: true;
}

interface DecideOptions {
  readonly reason: string;
  readonly json?: true;
}

export function addApprovals(program: Command): void {
  const approvals = program
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
      if (filter.status === 'pending' && list.approvals.length > 0) {
        printNotice('Decide with: handback approvals approve|deny <id> --reason <text>');
      }
    });

  deciding(approvals, 'approve', 'say yes to exactly this call: it runs').action((id: string, options: DecideOptions) =>
    decide(id, { decision: 'approve', reason: options.reason }, options.json),
  );
  deciding(approvals, 'deny', 'say no: nothing runs, and the agent tells the customer').action(
    (id: string, options: DecideOptions) => decide(id, { decision: 'deny', reason: options.reason }, options.json),
  );
  deciding(approvals, 'edit', 'change the arguments and say yes: the changed call runs')
    .requiredOption('--arguments <json>', 'all of them, as one JSON object')
    .action((id: string, options: DecideOptions & { readonly arguments: string }) =>
      decide(id, { decision: 'edit', arguments: objectOf(options.arguments), reason: options.reason }, options.json),
    );
}

function deciding(approvals: Command, verb: string, description: string): Command {
  return approvals
    .command(`${verb} <id>`)
    .description(description)
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .option('--json', "print the API's own document");
}

async function decide(id: string, decision: Parameters<Client['decideApproval']>[1], json?: true): Promise<void> {
  const { client, url } = await connect({ retries: 2 });
  const decided = await talking(url, () => client.decideApproval(id, decision));
  if (json) printJson(decided);
  else printLine(`${decided.id} is ${decided.status}: ${decided.action}`);
}

/** @throws CommandError where it is none */
function objectOf(text: string): Record<string, unknown> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw notAnObject();
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw notAnObject();
  return { ...given };
}

function notAnObject(): CommandError {
  return new CommandError(`--arguments takes one JSON object, e.g. '{"order":"O-1","amount":40}'.`);
}

function cellsOf({ id, conversationId, turn, action, reason, heldAt, expiresAt }: Approval): readonly string[] {
  return [id, conversationId, String(turn), action, reason, heldAt, expiresAt];
}
