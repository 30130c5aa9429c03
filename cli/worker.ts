/** `handback worker`: answers conversations. As many of them as needed, on as many machines. */
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { printNotice } from './print.ts';

export function addWorker(program: Command): void {
  program
    .command('worker')
    .description('work on conversations; needs DATABASE_URL, TEMPORAL_ADDRESS and a model')
    .action(async () => {
      const config = readConfig();
      const { work } = await import('./stack/work.ts');
      await work(config, printNotice);
    });
}
