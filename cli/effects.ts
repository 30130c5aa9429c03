/** `handback effects`: what tools changed, above all what may or may not have happened; `resolve`: what became of it. */
import { type Command, Option } from 'commander';
import type { Effect } from '../client/index.ts';
import { connect, talking } from './connect.ts';
import { CommandError } from './failure.ts';
import { wholeNumber } from './numbers.ts';
import { printJson, printLine, printNotice, printTable } from './print.ts';

interface ListOptions {
  readonly state: Effect['state'];
  readonly limit?: number;
  readonly json?: true;
}

interface ResolveOptions {
  readonly happened?: true;
  readonly didNotHappen?: true;
  readonly reason: string;
  readonly json?: true;
}

export function addEffects(program: Command): void {
  const effects = program
    .command('effects')
    .description('list changes that tools made, the oldest first')
    .addOption(
      new Option('--state <state>', 'which').choices(['started', 'done', 'failed', 'unknown']).default('unknown'),
    )
    .option('--limit <number>', 'how many', wholeNumber)
    .option('--json', "print the API's own document")
    .action(async ({ json, ...filter }: ListOptions) => {
      const { client, url } = await connect({ retries: 2 });
      const list = await talking(url, () => client.effects(filter));
      if (json) return printJson(list);
      printTable(['KEY', 'TOOL', 'CONVERSATION', 'STATE', 'SINCE', 'ATTEMPTS'], list.effects.map(cellsOf));
      if (filter.state === 'unknown' && list.effects.length > 0) {
        printNotice('Look in the system it changes, then: handback effects resolve <key> --happened|--did-not-happen');
      }
    });

  effects
    .command('resolve <key>')
    .description('say whether a change that is in doubt happened; it cannot be taken back')
    .option('--happened', 'it did: the same change is not made again')
    .option('--did-not-happen', 'it did not: it may be made when it is asked for again')
    .requiredOption('--reason <text>', 'how you know; kept in the audit log')
    .option('--json', "print the API's own document")
    .action(async (key: string, { happened, didNotHappen, reason, json }: ResolveOptions) => {
      if (happened === didNotHappen) throw new CommandError('Say what became of it: --happened or --did-not-happen.');
      const { client, url } = await connect({ retries: 2 });
      const resolved = await talking(url, () => client.resolveEffect({ key, happened: happened === true, reason }));
      if (json) printJson(resolved);
      else printLine(`${resolved.key} is ${resolved.state}`);
    });
}

function cellsOf({ key, tool, conversationId, state, startedAt, attempts }: Effect): readonly string[] {
  return [key, tool, conversationId, state, startedAt, String(attempts)];
}
