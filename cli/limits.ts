/** `handback limits`: what a conversation may take and took; `raise`: let it take more. */
import { Argument, type Command } from 'commander';
import type { Limits } from '../client/index.ts';
import { connect, talking } from './connect.ts';
import { CommandError } from './failure.ts';
import { printJson, printNotice, printTable } from './print.ts';

type Limit = Limits['limits'][number];

const SCOPES = ['turn', 'conversation', 'tenantDay'] as const satisfies readonly Limit['scope'][];
const NAMES = ['steps', 'toolCalls', 'tokens', 'usd', 'ms'] as const satisfies readonly Limit['limit'][];

export function addLimits(program: Command): void {
  const limits = program.command('limits').description('what a conversation may take and took, and raising that');

  limits
    .command('show <conversation>')
    .description("show the limits of a conversation, of its turn and of its tenant's day")
    .option('--json', "print the API's own document")
    .action(async (conversation: string, { json }: { json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const found = await talking(url, () => client.limits(conversation));
      if (json) printJson(found);
      else printLimits(found);
    });

  limits
    .command('raise')
    .description('raise one limit: for this conversation, or with tenantDay for all of the tenant for today (UTC)')
    .argument('<conversation>', 'which')
    .addArgument(new Argument('<scope>', 'whose limit').choices(SCOPES))
    .addArgument(new Argument('<limit>', 'which one').choices(NAMES))
    .argument('<to>', 'the new limit, in its own unit: US dollars for usd, milliseconds for ms', amount)
    .requiredOption('--reason <text>', 'why; kept in the audit log')
    .option('--json', "print the API's own document")
    .action(
      async (
        conversation: string,
        scope: Limit['scope'],
        limit: Limit['limit'],
        to: number,
        { reason, json }: { reason: string; json?: true },
      ) => {
        const { client, url } = await connect({ retries: 2 });
        const raised = await talking(url, () => client.raiseLimit(conversation, { scope, limit, to, reason }));
        if (json) return printJson(raised);
        printLimits(raised);
        if (raised.resolved > 0) printNotice(`${raised.resolved} escalation(s) waited for this and are resolved.`);
      },
    );
}

/** @throws CommandError */
function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new CommandError(`"${text}" is no limit. Use a number above 0, e.g. 5 or 0.5.`);
}

function printLimits({ agent, limits }: Limits): void {
  if (limits.length === 0) return printNotice(`The agent "${agent}" has no budgets.`);
  const cells = limits.map(({ scope, limit, of, declared, spent }) => {
    const raised = of > declared ? `raised from ${declared}` : '';
    return [scope, limit, String(Number(spent.toPrecision(6))), String(of), raised];
  });
  printTable(['SCOPE', 'LIMIT', 'TAKEN', 'OF', ''], cells);
}
