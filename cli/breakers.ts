/** `handback breakers`: how tools and models are doing; `handback breakers force`: a person's word on one of them. */
import { Argument, type Command } from 'commander';
import type { Breaker } from '../client/index.ts';
import { connect, talking } from './connect.ts';
import { printJson, printLine, printNotice, printTable } from './print.ts';

const WORDS = { open: 'open', closed: 'closed', normal: null } as const;

export function addBreakers(program: Command): void {
  const breakers = program
    .command('breakers')
    .description('list the breakers of tools and models')
    .option('--json', "print the API's own document")
    .action(async ({ json }: { json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const list = await talking(url, () => client.breakers());
      if (json) printJson(list);
      else printTable(['SERVICE', 'STATE', 'MEASURED', 'CHANGED', 'FORCED'], list.breakers.map(cellsOf));
    });

  breakers
    .command('force')
    .description(
      'stop a tool or a model (open), have it called anyhow (closed), or leave it to what is measured (normal)',
    )
    .argument('<service>', 'tool:<agent>/<tool>, model:<name> or model:<provider>/<name>')
    .addArgument(new Argument('<to>', 'what it is to be').choices(Object.keys(WORDS)))
    .requiredOption('--reason <text>', 'why; kept in the audit log and shown to everybody who looks')
    .option('--json', "print the API's own document")
    .action(async (service: string, to: keyof typeof WORDS, { reason, json }: { reason: string; json?: true }) => {
      const { client, url } = await connect({ retries: 2 });
      const known = await talking(url, () => client.breakers());
      const breaker = await talking(url, () => client.forceBreaker(service, WORDS[to], reason));
      if (json) printJson(breaker);
      else printLine(`${plain(breaker.service)} is ${stateOf(breaker)}`);
      if (known.breakers.some((each) => each.service === service)) return;
      printNotice(
        'It never failed so far, so nobody can tell whether the name is right. Check that agent and tool exist.',
      );
    });
}

function cellsOf(breaker: Breaker): readonly string[] {
  const { service, forced, changedAt } = breaker;
  const word = forced === null ? '' : `by ${forced.by}: ${forced.reason}`;
  return [service, stateOf(breaker), measured(breaker), changedAt, word].map(plain);
}

/** What decides about calls now. */
function stateOf({ state, forced }: Breaker): string {
  return forced === null ? state.replace('_', ' ') : `forced ${forced.to}`;
}

function measured(breaker: Breaker): string {
  switch (breaker.state) {
    case 'closed':
      return breaker.failures === 0 ? 'works' : `failures in a row: ${breaker.failures}`;
    case 'open':
      return `openings: ${breaker.trips}, until ${breaker.until}`;
    case 'half_open':
      return `openings: ${breaker.trips}, being tried until ${breaker.until}`;
  }
}

/** One line: what somebody wrote must not move the reader's cursor. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}
