/** The API that verbs for people talk to: HANDBACK_URL with HANDBACK_KEY, or what `handback start` runs. */
import { type Client, createClient } from '../client/index.ts';
import { type Config, readConfig } from '../config.ts';
import { readDevFile } from './dev-file.ts';
import { CommandError } from './failure.ts';

export interface Connected {
  readonly client: Client;
  readonly url: string;
}

/** @throws CommandError when there is nothing to talk to */
export async function connect(options: { readonly retries: number }): Promise<Connected> {
  const { url, key } = await whereTo(readConfig());
  return { url, client: createClient({ baseUrl: url, key, retries: options.retries }) };
}

async function whereTo({ client, home }: Config): Promise<{ readonly url: string; readonly key: string }> {
  if (client.url !== undefined) {
    if (client.key !== undefined) return { url: client.url, key: client.key };
    throw new CommandError('HANDBACK_URL is set but HANDBACK_KEY is not. Make a key with: handback keys create');
  }
  const dev = await readDevFile(home);
  if (dev !== undefined) return { url: dev.apiUrl, key: dev.apiKey };
  throw new CommandError(
    `Nothing is running in ${home}. Start it with: handback start (HANDBACK_HOME names another folder). ` +
      'Or set HANDBACK_URL and HANDBACK_KEY to use an API that runs elsewhere.',
  );
}

/** Runs `work` against the API. @throws CommandError naming the address when nothing answers there */
export async function talking<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What `fetch` throws when no answer came at all; the reason is one level down.
    if (!(error instanceof TypeError && error.message.includes('fetch failed'))) throw error;
    const why = error.cause instanceof Error && error.cause.message !== '' ? ` (${error.cause.message})` : '';
    throw new CommandError(`Nothing answers at ${url}${why}. Start it with: handback start`, { cause: error });
  }
}
