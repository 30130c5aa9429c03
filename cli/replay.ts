/** `handback replay`: a conversation's history on today's code, and what happened in it. */
import type { Command } from 'commander';
import type { ReplayOptions } from './replaying.ts';

export function addReplay(program: Command): void {
  program
    .command('replay <conversation-or-file>')
    .description("replay a conversation's history on today's code and print what happened, turn by turn")
    .option('--tenant <id>', 'whose conversation it is', 'dev')
    .option('--save <file>', 'keep the history in a file, which can be replayed without a server')
    .option('--json', 'print {"runs": [{"runId", "outcome"}], "timeline"}')
    .action(async (source: string, options: ReplayOptions) => {
      const { replay } = await import('./replaying.ts');
      await replay(source, options);
    });
}
