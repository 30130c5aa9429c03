/** `handback hand-back`: give a conversation back to its agent, from options or from a JSON document. */
import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { Client } from '../client/index.ts';
import { RESOLUTIONS, RESUMES, type Resolution, type Resume } from '../core/hand-back.ts';
import { connect, talking } from './connect.ts';
import { CommandError } from './failure.ts';
import { printJson, printLine } from './print.ts';

type Document = Parameters<Client['handBack']>[1];

interface Options {
  readonly resolution?: Resolution;
  readonly resume?: Resume;
  readonly done: readonly string[];
  readonly fact: readonly string[];
  readonly promise: readonly string[];
  readonly do: readonly string[];
  readonly dont: readonly string[];
  readonly remember: readonly string[];
  readonly file?: string;
  readonly claim?: true;
  readonly json?: true;
}

const several = (value: string, before: readonly string[]) => [...before, value];
const NONE: readonly string[] = [];

export function addHandBack(program: Command): void {
  program
    .command('hand-back <escalation>')
    .description('give a conversation that you claimed back to its agent')
    .addOption(new Option('--resolution <word>', 'how it stands').choices(RESOLUTIONS))
    .addOption(new Option('--resume <word>', 'how it goes on (default: answer_now)').choices(RESUMES))
    .option('--done <what[=reference]>', 'what was done; again for more', several, NONE)
    .option('--fact <name=value>', 'what holds from now on; again for more', several, NONE)
    .option(
      '--promise <what[=by]>',
      'what the customer was promised, by when (ISO 8601); again for more',
      several,
      NONE,
    )
    .option('--do <text>', 'what the agent is to do; again for more', several, NONE)
    .option('--dont <text>', 'what it must not do; again for more', several, NONE)
    .option('--remember <text>', 'worth remembering beyond this conversation; again for more', several, NONE)
    .option('--file <path>', 'the whole document as JSON; "-" reads standard input')
    .option('--claim', 'claim it first')
    .option('--json', "print the API's own document")
    .addHelpText(
      'after',
      '\nExample:\n  handback hand-back 3f0c… --claim --resolution solved --done "Refunded 40 euros=R-17" --fact "refund=40 euros, 3 days"',
    )
    .action(async (id: string, options: Options) => {
      const document = await documentOf(options);
      const { client, url } = await connect({ retries: 2 });
      if (options.claim === true) await talking(url, () => client.claim(id));
      const returned = await talking(url, () => client.handBack(id, document));
      if (options.json === true) printJson(returned);
      else printLine(`${returned.conversationId} is handed back (${returned.handBack?.resolution ?? ''}).`);
    });
}

async function documentOf(options: Options): Promise<Document> {
  if (options.file !== undefined) return fromFile(options.file);
  const { resolution, resume = 'answer_now' } = options;
  if (resolution === undefined) {
    throw new CommandError(
      `Say how it stands: --resolution ${RESOLUTIONS.join('|')}, or give the document with --file.`,
    );
  }
  const instructions = {
    ...(options.do.length === 0 ? {} : { do: [...options.do] }),
    ...(options.dont.length === 0 ? {} : { dont: [...options.dont] }),
  };
  return {
    ...{ resolution, resume },
    done: options.done.map((one) => {
      const [what, reference] = atFirst(one);
      return reference === undefined ? { what } : { what, reference };
    }),
    ...(options.fact.length === 0
      ? {}
      : {
          facts: options.fact.map((one) => {
            const [name, value] = atFirst(one);
            if (value === undefined) throw new CommandError(`"${one}" is no fact. Write it as name=value.`);
            return { name, value };
          }),
        }),
    ...(options.promise.length === 0
      ? {}
      : {
          promises: options.promise.map((one) => {
            const [what, by] = atFirst(one);
            return by === undefined ? { what } : { what, by };
          }),
        }),
    ...(Object.keys(instructions).length === 0 ? {} : { instructions }),
    ...(options.remember.length === 0 ? {} : { remember: [...options.remember] }),
  };
}

function atFirst(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** What is wrong with it is for the API to say. */
async function fromFile(path: string): Promise<Document> {
  const written = path === '-' ? await readAll(process.stdin) : await readFile(path, 'utf8');
  try {
    return JSON.parse(written) as Document;
  } catch {
    throw new CommandError(`${path === '-' ? 'Standard input' : path} is no JSON.`);
  }
}
