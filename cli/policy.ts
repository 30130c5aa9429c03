/** `handback policy`: what an agent's rules say about a call, without making it. */
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import type { Json } from '../core/policy/json.ts';
import { CommandError } from './failure.ts';
import { printJson, printLine } from './print.ts';

interface Options {
  readonly agent: string;
}

export function addPolicy(program: Command): void {
  const policy = program.command('policy').description("what an agent's rules say about calls, without making them");
  const SHAPE = '{"id", "customer", "past": [{"tool", "arguments", "result"}], "call": {"tool", "arguments"}}';

  policy
    .command('check')
    .description(`decide about calls: reads lines of ${SHAPE} from standard input and writes a line for each`)
    .requiredOption('--agent <id>', 'whose rules; HANDBACK_AGENTS names the file of agents')
    .option('--jsonl', 'the only form there is; may be left out')
    .action(async ({ agent }: Options) => {
      const [rules, { checkLine }] = await Promise.all([rulesOfAgent(agent), import('../core/policy/line.ts')]);
      await eachLine((line) => printLine(JSON.stringify(checkLine(rules, line))));
    });

  policy
    .command('explain')
    .description('decide about one call, read from standard input in the same form, and say why: rule by rule')
    .requiredOption('--agent <id>', 'whose rules; HANDBACK_AGENTS names the file of agents')
    .action(async ({ agent }: Options) => {
      const [rules, { explainLine }] = await Promise.all([rulesOfAgent(agent), import('../core/policy/line.ts')]);
      await eachLine((line) => printJson(explainLine(rules, line)));
    });
}

/** @throws CommandError where the file has no such agent */
async function rulesOfAgent(id: string) {
  const [{ importAgents, agentsOf }, { openEmbedded }, { rulesOf }] = await Promise.all([
    import('../workers/agents-file.ts'),
    import('../db/embedded.ts'),
    import('../agents/rules.ts'),
  ]);
  const config = readConfig();
  // Agents may keep tables of their own; to look at their rules an empty database will do.
  const database = await openEmbedded();
  try {
    const agents = await agentsOf(await importAgents(config.agentsFile), { database, env: config.env });
    const found = agents.find((agent) => agent.id === id);
    if (found !== undefined) return rulesOf(found.manifest);
    throw new CommandError(`There is no agent "${id}". There are: ${agents.map((agent) => agent.id).join(', ')}.`);
  } finally {
    await database.close();
  }
}

/** @throws CommandError naming the line that cannot be read; what comes before it is done */
async function eachLine(work: (line: Json) => void): Promise<void> {
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      work(JSON.parse(line));
    } catch (error) {
      throw new CommandError(`Line ${number}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
