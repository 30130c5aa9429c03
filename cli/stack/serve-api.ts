/** The API as a running part: of `handback api`, and of `handback start`. */
import { createApi } from '../../api/server.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../db/database.ts';
import type { Conversations } from '../../engine/conversations.ts';
import type { Logger } from '../../telemetry/log.ts';
import { CommandError } from '../failure.ts';
import { packageVersion } from '../version.ts';

export interface ServingApi {
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws CommandError naming PORT when the port cannot be had */
export async function serveApi(
  config: Pick<Config, 'host' | 'port'>,
  deps: { readonly database: Database; readonly conversations: Conversations; readonly log: Logger },
): Promise<ServingApi> {
  const api = createApi({ ...deps, config: { version: packageVersion() } });
  try {
    const { url } = await api.listen({ host: config.host, port: config.port });
    return { url, stop: () => api.close() };
  } catch (error) {
    await api.close();
    throw portProblem(error, config);
  }
}

function portProblem(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new CommandError(
      `Port ${port} on ${host} is taken by another program. Stop it, or set PORT, e.g. PORT=${port + 1}.`,
    );
  }
  if (code === 'EACCES') {
    return new CommandError(`Port ${port} on ${host} may not be used by this user. Set PORT to one above 1023.`);
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CommandError(`This machine has no address ${host}. Correct HOST, e.g. HOST=127.0.0.1.`);
  }
  return error;
}
