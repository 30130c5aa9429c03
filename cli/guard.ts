/** `handback guard`: one guardrail by itself, with the settings it is shipped with, on a text or on many. */
import { createInterface } from 'node:readline';
import { type Command } from 'commander';
import { screenInput } from '../guardrails/input/screen.ts';
import { CommandError } from './failure.ts';
import { type Guarded, GuardLine, guardFacts, guardOutput, LINE_SHAPE } from './guard-output.ts';
import { printLine } from './print.ts';

type Guard = (line: GuardLine) => Guarded | Promise<Guarded>;

/** A guardrail ready to judge, and what ends it. */
interface Opened {
  readonly guard: Guard;
  close(): Promise<void>;
}

interface Options {
  readonly jsonl?: true;
  readonly examples?: string;
}

const GUARDS = { input: guardInput, output: guardOutput, facts: guardFacts } as const;
const NAMES = [...Object.keys(GUARDS), 'scope'];

export function addGuard(program: Command): void {
  program
    .command('guard')
    .description('look at a text with one guardrail, or, where none is named, with input and output')
    .argument(
      '[guardrail]',
      'input (instructions to the model), output (what a reply may not say), facts (what no tool bears out), scope (off topic)',
    )
    .argument('[text]', 'the text; without it, and without --jsonl, what comes from standard input')
    .option('--jsonl', 'read lines of {"id", "text"} from standard input and write a line for each')
    .option('--examples <file>', 'for scope: lines of {"text", "label"}, what the agent is there for')
    .action(async (first: string | undefined, second: string | undefined, options: Options) => {
      if (first === undefined) throw new CommandError(`Give a text, or one of ${NAMES.join(', ')}.`);
      if (!NAMES.includes(first)) return guardAll(first, second, options);
      if (options.jsonl && second !== undefined) throw new CommandError('Give a text or --jsonl, not both.');
      const { guard, close } = await opened(first, options);
      try {
        if (options.jsonl) await guardLines(guard);
        else printLine(JSON.stringify(await timed(guard, lineOf(second ?? (await wholeInput())))));
      } finally {
        await close();
      }
    });
}

/** What both sides of the model say about a text. */
async function guardAll(text: string, second: string | undefined, { jsonl, examples }: Options): Promise<void> {
  if (second !== undefined) throw new CommandError(`There is no guardrail "${text}". Use one of ${NAMES.join(', ')}.`);
  if (jsonl || examples !== undefined) throw new CommandError(`Say which guardrail: ${NAMES.join(', ')}.`);
  for (const name of ['input', 'output'] as const) {
    printLine(JSON.stringify({ guardrail: name, ...(await timed(GUARDS[name], lineOf(text))) }));
  }
}

async function opened(name: string, { examples }: Options): Promise<Opened> {
  if (name !== 'scope') {
    if (examples !== undefined) throw new CommandError('--examples belongs to: handback guard scope');
    const guard = name === 'input' || name === 'output' || name === 'facts' ? GUARDS[name] : guardOutput;
    return { guard, close: async () => undefined };
  }
  if (examples === undefined)
    throw new CommandError('Say what is in scope: --examples FILE of {"text", "label"} lines.');
  // The encoder's engine takes a moment to load, which the other guardrails need not wait for.
  const { openScopeGuard } = await import('./guard-scope.ts');
  const scope = await openScopeGuard(examples);
  return { guard: ({ text }) => scope.judge(text), close: scope.close };
}

/** @throws CommandError naming the line that cannot be read; those before it are written */
async function guardLines(guard: Guard): Promise<void> {
  let number = 0;
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (text.trim() === '') continue;
    const line = parsed(text, number);
    printLine(JSON.stringify({ id: line.id, ...(await timed(guard, line)) }));
  }
}

function parsed(text: string, number: number): GuardLine {
  try {
    return GuardLine.parse(JSON.parse(text));
  } catch {
    throw new CommandError(`Line ${number} is not ${LINE_SHAPE}`);
  }
}

function lineOf(text: string): GuardLine {
  return GuardLine.parse({ id: '', text });
}

async function wholeInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

async function timed(guard: Guard, line: GuardLine) {
  const began = performance.now();
  const guarded = await guard(line);
  return { ...guarded, ms: Number((performance.now() - began).toFixed(3)) };
}

function guardInput({ text, channel }: GuardLine): Guarded {
  const { verdict, score, stage } = screenInput(text, channel);
  return { verdict, score, stage };
}
