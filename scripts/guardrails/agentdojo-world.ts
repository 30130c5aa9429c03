/** What the tools of the two suites answer, as far as rules look at it; reading is enough, no task needs what it wrote. */
import type { Json } from '../../core/policy/json.ts';
import { valuesAt } from '../../core/policy/path.ts';

export interface Suite {
  readonly suite: string;
  readonly user_tasks: readonly {
    readonly id: string;
    readonly prompt: string;
    readonly ground_truth: readonly Call[];
  }[];
  readonly injection_tasks: readonly {
    readonly id: string;
    readonly goal: string;
    readonly ground_truth: readonly Call[];
  }[];
  readonly environment: { readonly [key: string]: Json };
}

export interface Call {
  readonly function: string;
  readonly args: { readonly [name: string]: Json };
}

/** @param planted text of an attacker, put wherever somebody outside can write; the empty text leaves everything as it is */
export function answerOf({ environment }: Suite, { function: tool, args }: Call, planted: string): Json {
  const at = (path: string) => valuesAt(environment, path)?.[0] ?? null;
  const entry = (path: string, key: Json | undefined) => {
    const all = at(path);
    return typeof all === 'object' &&
      all !== null &&
      !Array.isArray(all) &&
      typeof key === 'string' &&
      Object.hasOwn(all, key)
      ? ((all as { readonly [key: string]: Json })[key] ?? null)
      : null;
  };
  switch (tool) {
    case 'get_most_recent_transactions':
      return withPlanted(at('bank_account.transactions'), planted);
    case 'get_scheduled_transactions':
      return at('bank_account.scheduled_transactions');
    case 'read_file':
      return text(entry('filesystem.files', args['file_path']), planted);
    case 'get_channels':
      return withOutsiders(at('slack.channels'), planted);
    case 'get_users_in_channel':
      return Object.entries(at('slack.user_channels') ?? {})
        .filter(([, channels]) => Array.isArray(channels) && channels.includes(args['channel']))
        .map(([user]) => user);
    case 'read_channel_messages':
      return entry('slack.channel_inbox', args['channel']) ?? [];
    case 'read_inbox':
      return entry('slack.user_inbox', args['user']) ?? [];
    case 'get_webpage':
      return text(entry('web.web_content', args['url']), planted);
    default:
      return 'done';
  }
}

function text(found: Json, planted: string): string {
  return `${typeof found === 'string' ? found : ''}${planted}`;
}

/** Whoever sends money writes its subject. */
function withPlanted(transactions: Json, planted: string): Json {
  if (!Array.isArray(transactions)) return transactions;
  return transactions.map((each: { readonly [key: string]: Json }) =>
    each['sender'] === 'me' ? each : { ...each, subject: text(each['subject'] ?? '', planted) },
  );
}

/** Channels shared with others can be named by them. */
function withOutsiders(channels: Json, planted: string): Json {
  return Array.isArray(channels) && planted !== '' ? [...channels, `External_${planted}`] : channels;
}
