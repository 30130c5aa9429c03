/** `handback conversations`: a page of conversations, newest first. */
import { type Command, Option } from 'commander';
import { connect, talking } from './connect.ts';
import { wholeNumber } from './numbers.ts';
import { printJson, printNotice, printTable } from './print.ts';

interface Options {
  readonly status?: 'open' | 'closed';
  readonly agent?: string;
  readonly limit?: number;
  readonly after?: string;
  readonly json?: true;
}

export function addConversations(program: Command): void {
  program
    .command('conversations')
    .description('list conversations, newest first')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'closed']))
    .option('--agent <id>', 'only of this agent')
    .option('--limit <number>', 'how many', wholeNumber)
    .option('--after <bookmark>', 'the next page: the bookmark the last one ended with')
    .option('--json', "print the API's own document")
    .action(async ({ json, ...filter }: Options) => {
      const { client, url } = await connect({ retries: 2 });
      const page = await talking(url, () => client.conversations(filter));
      if (json) return printJson(page);
      printTable(
        ['ID', 'AGENT', 'CUSTOMER', 'STATUS', 'TURNS', 'WAITING', 'BEGAN'],
        page.conversations.map((each) => [
          each.id,
          each.agent,
          each.customer.id,
          each.status,
          String(each.turns),
          String(each.waiting),
          each.createdAt,
        ]),
      );
      if (page.next !== null) printNotice(`There are more: --after ${page.next}`);
    });
}
