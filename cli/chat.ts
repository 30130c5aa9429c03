/** `handback chat`: talk to an agent from a terminal, or from a pipe: one message a line. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { connect, talking } from './connect.ts';

interface Options {
  readonly conversation?: string;
  readonly customer: string;
  readonly json?: true;
}

/** Who somebody trying the example agent is: a customer with orders. */
const EXAMPLE_CUSTOMER = 'C-1017';

export function addChat(program: Command): void {
  program
    .command('chat <agent>')
    .description('talk to an agent; with a pipe, each line is a message and replies go to standard output')
    .option('--conversation <id>', 'go on with this one, or begin it under this id')
    .option('--customer <id>', 'who you are', EXAMPLE_CUSTOMER)
    .option('--json', 'with a pipe: print each turn as one line of JSON')
    .action(async (agent: string, { conversation, customer, json }: Options) => {
      const { client, url } = await connect({ retries: 8 });
      const talk = {
        client,
        agent,
        customer,
        conversation: conversation ?? `chat-${randomBytes(4).toString('hex')}`,
      };
      const { chatInLines } = await import('./chat/lines.ts');
      const { chatInTerminal } = await import('./chat/terminal.ts');
      const good = await talking(url, () =>
        process.stdin.isTTY && process.stdout.isTTY ? chatInTerminal(talk) : chatInLines(talk, json === true),
      );
      if (!good) process.exitCode = 1;
    });
}
