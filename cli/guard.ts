/** `handback guard`: one guardrail by itself, with the settings it is shipped with, on a text or on many. */
import { createInterface } from 'node:readline';
import { Argument, type Command } from 'commander';
import { z } from 'zod';
import { screenInput } from '../guardrails/input/screen.ts';
import { CHANNELS, type Channel } from '../guardrails/input/thresholds.ts';
import { screenPii } from '../guardrails/output/pii/screen.ts';
import { CommandError } from './failure.ts';
import { printLine } from './print.ts';

/** What is written for each text. Offsets count UTF-16 units. */
interface Guarded {
  readonly verdict: string;
  readonly score: number;
  readonly stage: string;
  readonly spans?: readonly { readonly start: number; readonly end: number; readonly type: string }[];
}

type Guard = (text: string, channel: Channel) => Guarded | Promise<Guarded>;

/** A guardrail ready to judge, and what ends it. */
interface Opened {
  readonly guard: Guard;
  close(): Promise<void>;
}

interface Options {
  readonly jsonl?: true;
  readonly examples?: string;
}

const GUARDS = ['input', 'output', 'scope'] as const;

const Line = z.looseObject({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  channel: z.enum(CHANNELS).default('customer'),
});

export function addGuard(program: Command): void {
  program
    .command('guard')
    .description(
      'look at a text with a guardrail: input (instructions to the model), output (personal values in a reply), scope (off topic)',
    )
    .addArgument(new Argument('<guardrail>', 'which').choices(GUARDS))
    .argument('[text]', 'the text; without it, and without --jsonl, what comes from standard input')
    .option('--jsonl', 'read lines of {"id", "text"} from standard input and write a line for each')
    .option('--examples <file>', 'for scope: lines of {"text", "label"}, what the agent is there for')
    .action(async (name: (typeof GUARDS)[number], text: string | undefined, options: Options) => {
      if (options.jsonl && text !== undefined) throw new CommandError('Give a text or --jsonl, not both.');
      const { guard, close } = await opened(name, options);
      try {
        if (options.jsonl) await guardLines(guard);
        else printLine(JSON.stringify(await timed(guard, text ?? (await wholeInput()))));
      } finally {
        await close();
      }
    });
}

async function opened(name: (typeof GUARDS)[number], { examples }: Options): Promise<Opened> {
  if (name !== 'scope') {
    if (examples !== undefined) throw new CommandError('--examples belongs to: handback guard scope');
    return { guard: name === 'input' ? guardInput : guardOutput, close: async () => undefined };
  }
  if (examples === undefined)
    throw new CommandError('Say what is in scope: --examples FILE of {"text", "label"} lines.');
  // The encoder's engine takes a moment to load, which the other guardrails need not wait for.
  const { openScopeGuard } = await import('./guard-scope.ts');
  const scope = await openScopeGuard(examples);
  return { guard: scope.judge, close: scope.close };
}

/** @throws CommandError naming the line that cannot be read; those before it are written */
async function guardLines(guard: Guard): Promise<void> {
  let number = 0;
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const { id, text, channel } = parsed(line, number);
    printLine(JSON.stringify({ id, ...(await timed(guard, text, channel)) }));
  }
}

function parsed(line: string, number: number): z.infer<typeof Line> {
  try {
    return Line.parse(JSON.parse(line));
  } catch {
    throw new CommandError(
      `Line ${number} is not {"id": …, "text": "…"}, with a channel of ${CHANNELS.join(', ')} where it has one.`,
    );
  }
}

async function wholeInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function timed(guard: Guard, text: string, channel: Channel = 'customer') {
  const began = performance.now();
  const guarded = await guard(text, channel);
  return { ...guarded, ms: Number((performance.now() - began).toFixed(3)) };
}

function guardInput(text: string, channel: Channel): Guarded {
  const { verdict, score, stage } = screenInput(text, channel);
  return { verdict, score, stage };
}

function guardOutput(text: string): Guarded {
  const { verdict, spans } = screenPii(text);
  const score = spans.reduce((most, span) => Math.max(most, span.score), 0);
  return { verdict, score, stage: 'pii', spans: spans.map(({ start, end, type }) => ({ start, end, type })) };
}
