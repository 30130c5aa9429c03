/** `handback models`: the files that guardrails need beside the package. */
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { printJson, printLine } from './print.ts';

export function addModels(program: Command): void {
  const models = program.command('models').description('the model files that guardrails need');
  models
    .command('fetch')
    .description('fetch the sentence encoder into the cache (about 23 MB, once), or say where it is already')
    .option('--json', 'print {"model", "tokenizer", "origin"}')
    .action(async ({ json }: { json?: true }) => {
      const { findEmbeddingModel } = await import('../services/fetch.ts');
      const onProgress = (line: string): void => {
        process.stderr.write(`${line}\n`);
      };
      const files = await findEmbeddingModel({ env: readConfig().env, onProgress });
      if (json) printJson(files);
      else printLine(`${files.model} (${files.origin})`);
    });
}
