/** The scope guardrail by itself: which examples it judges by, and how it judges. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { readConfig } from '../config.ts';
import { openEmbedder } from '../guardrails/embedding/embedder.ts';
import { prepareScope, type ScopeScreening, screenScope } from '../guardrails/input/scope/screen.ts';
import { findEmbeddingModel } from '../services/fetch.ts';
import { CommandError } from './failure.ts';

const Example = z.looseObject({ text: z.string().min(1), label: z.string().optional() });

export interface ScopeGuard {
  judge(text: string): Promise<Pick<ScopeScreening, 'verdict' | 'score' | 'stage'>>;
  close(): Promise<void>;
}

/**
 * Encodes the examples, about 2 ms each.
 *
 * @throws CommandError naming the line of the file that is no example
 * @throws NoRouteError where the encoder cannot be had
 */
export async function openScopeGuard(file: string): Promise<ScopeGuard> {
  const settings = { examples: await examplesIn(file) };
  const onProgress = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  const embedder = await openEmbedder(await findEmbeddingModel({ env: readConfig().env, onProgress }));
  await prepareScope(settings, embedder);
  return {
    judge: async (text) => {
      const { verdict, score, stage } = await screenScope(text, settings, { embedder, inConversation: false });
      return { verdict, score, stage };
    },
    close: () => embedder.close(),
  };
}

async function examplesIn(file: string): Promise<{ text: string; label?: string }[]> {
  const content = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(`Cannot read ${file}. Give --examples a file of {"text", "label"} lines.`);
  });
  const examples = content.split(/\r?\n/).flatMap((line, at) => (line.trim() === '' ? [] : exampleIn(line, at + 1)));
  if (examples.length === 0) throw new CommandError(`${file} holds no examples: {"text", "label"} lines are needed.`);
  return examples;
}

function exampleIn(line: string, number: number): { text: string; label?: string } {
  try {
    const { text, label } = Example.parse(JSON.parse(line));
    return { text, ...(label === undefined ? {} : { label }) };
  } catch {
    throw new CommandError(`Line ${number} of the examples is not {"text": "…", "label": "…"}.`);
  }
}
