/** `handback api`: the HTTP API alone. Starts while Temporal and PostgreSQL are down and says 503 until they are there. */
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { printNotice } from './print.ts';

export function addApi(program: Command): void {
  program
    .command('api')
    .description('serve the HTTP API on HOST:PORT; needs DATABASE_URL and TEMPORAL_ADDRESS')
    .action(async () => {
      const config = readConfig();
      const [required, { serveApi }, { lazyClient }, { conversationsOn }, { createLog }, { toldToEnd }] =
        await Promise.all([
          import('./stack/required.ts'),
          import('./stack/serve-api.ts'),
          import('../engine/connection.ts'),
          import('../engine/conversations.ts'),
          import('../telemetry/log.ts'),
          import('./stack/told-to-end.ts'),
        ]);
      const end = toldToEnd();
      const log = createLog(config.logLevel, 'handback-api');
      const temporal = required.requiredTemporal(config, 'api');
      const database = required.requiredDatabase(config, 'api', (error) =>
        log.warn({ err: error }, 'an idle database connection broke'),
      );
      const client = lazyClient(temporal);
      const conversations = conversationsOn(client, temporal.taskQueue);
      const api = await serveApi(config, { database, conversations, log });
      printNotice(`handback api listens on ${api.url}`);
      await end;
      await api.stop();
      await Promise.all([client.connection.close(), database.close()]);
    });
}
