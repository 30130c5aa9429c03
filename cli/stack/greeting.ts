/** What `handback start` prints when it is ready. */
import { relative } from 'node:path';
import type { Config } from '../../config.ts';
import { databaseAt } from '../failure.ts';
import { packageVersion } from '../version.ts';
import type { DevStack } from './dev-stack.ts';
import type { Home } from './home.ts';

export interface GreetingOptions {
  readonly config: Config;
  readonly home: Home;
  readonly stack: DevStack;
  readonly seconds: number;
  /** How the person calls this program. */
  readonly command: string;
  /** Of a conversation that is not there yet. */
  readonly conversation: string;
}

export function greeting(options: GreetingOptions): string {
  const { config, home, stack, seconds, command, conversation } = options;
  const { dev } = stack;
  const where = relative(process.cwd(), home.path) || '.';
  const embedded = config.database.url === undefined;
  const rows: readonly (readonly [string, string])[] = [
    ['API', `${dev.apiUrl}  (described at ${dev.apiUrl}/openapi.json)`],
    ['Worker', `in this process (pid ${dev.pids.handback}), serves: ${stack.agents.join(', ')}`],
    ['Model', stack.model],
    ['Temporal', `${dev.temporalAddress}${stack.temporalUi === undefined ? '' : `  (web pages: ${stack.temporalUi})`}`],
    ['Database', embedded ? `PGlite in this process, data in ${where}/pglite` : `PostgreSQL at ${databaseAt(config)}`],
    ['Logs', `${where}/logs`],
    ['Key', dev.apiKey],
  ];
  const lines = [
    '',
    `handback ${packageVersion()} is ready after ${seconds.toFixed(1)} s`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`),
    '',
  ];
  if (stack.agents.includes('support')) {
    lines.push('Copy this to get an answer:', '', curl(dev.apiUrl, dev.apiKey, conversation), '', 'Or talk to it:');
  } else {
    lines.push('Talk to an agent:');
  }
  lines.push('', `  ${command} chat ${stack.agents.includes('support') ? 'support' : stack.agents[0]}`, '');
  lines.push(`Ctrl-C ends everything; the data stays in ${where} (start --fresh begins anew).`);
  return lines.join('\n');
}

function curl(apiUrl: string, apiKey: string, conversation: string): string {
  const body = {
    messageId: 'm-1',
    text: 'Where is my order O-1042?',
    agent: 'support',
    customer: { id: 'C-1017' },
  };
  const url = `${apiUrl}/v1/conversations/${conversation}/messages?wait=30s`;
  return `  curl -s '${url}' -H 'Authorization: Bearer ${apiKey}' -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
}
