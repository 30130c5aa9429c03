/** `handback close`: ends a conversation once what waits has been answered. */
import type { Command } from 'commander';
import { connect, talking } from './connect.ts';
import { printJson, printLine } from './print.ts';

export function addClose(program: Command): void {
  program
    .command('close <conversation>')
    .description('end a conversation; messages that wait are answered first')
    .option('--reason <text>', 'kept with the conversation')
    .option('--json', "print the API's own document")
    .action(async (id: string, { reason, json }: { reason?: string; json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const closing = await talking(url, () => client.close(id, reason));
      if (json) printJson(closing);
      else printLine(`${closing.conversationId} is ${closing.status}`);
    });
}
