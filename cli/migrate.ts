/** `handback migrate`: brings the tables of the platform and of the agents up to date. */
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { withDatabaseNamed } from './failure.ts';
import { printJson, printLine } from './print.ts';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .description("apply the platform's and the agents' migrations to DATABASE_URL; safe to run again")
    .option('--json', 'print {"applied": [...]}')
    .action(async ({ json }: { json?: true }) => {
      const config = readConfig();
      const [{ requiredDatabase }, { applyMigrations }, { importAgents }] = await Promise.all([
        import('./stack/required.ts'),
        import('./stack/migrations.ts'),
        import('../workers/agents-file.ts'),
      ]);
      const database = requiredDatabase(config, 'migrate');
      try {
        const module = await importAgents(config.agentsFile);
        const applied = await withDatabaseNamed(config, () => applyMigrations(database, module));
        if (json) printJson({ applied });
        else for (const name of applied) printLine(`applied ${name}`);
        if (!json && applied.length === 0) printLine('nothing to do: every migration is applied');
      } finally {
        await database.close();
      }
    });
}
