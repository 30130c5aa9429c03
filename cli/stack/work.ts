/** What `handback worker` does: waits for its services, works until told to end, drains. */
import { createModel } from '../../activities/model.ts';
import type { Config } from '../../config.ts';
import { databaseReadiness } from '../../db/readiness.ts';
import { lazyClient } from '../../engine/connection.ts';
import { conversationsOn } from '../../engine/conversations.ts';
import { presentEmbeddingModel } from '../../services/fetch.ts';
import { createLog, installSdkLog } from '../../telemetry/log.ts';
import { importAgents } from '../../workers/agents-file.ts';
import { CommandError, databaseAt } from '../failure.ts';
import { hasDefaultProvider, modelSettings } from './configured-model.ts';
import { requiredDatabase, requiredTemporal } from './required.ts';
import { runWorker } from './run-worker.ts';
import { toldToEnd } from './told-to-end.ts';
import { waitFor } from './wait-for.ts';

/** @throws CommandError when something is not set; Error when the worker dies */
export async function work(config: Config, say: (line: string) => void): Promise<void> {
  const told = new AbortController();
  const end = toldToEnd().then(() => told.abort());
  const temporal = requiredTemporal(config, 'worker');
  const model = requiredModel(config);
  const modelFor = () => model;
  const log = createLog(config.logLevel, 'handback-worker');
  const database = requiredDatabase(config, 'worker', (error) =>
    log.warn({ err: error }, 'an idle database connection broke'),
  );
  installSdkLog(log);
  const client = lazyClient(temporal);
  const conversations = conversationsOn(client, temporal.taskQueue);
  try {
    const module = await importAgents(config.agentsFile);
    const ready = await waitFor(
      async () => {
        const [tables, engine] = await Promise.all([databaseReadiness(database), conversations.reachable()]);
        if (tables.kind === 'unreachable') return `PostgreSQL at ${databaseAt(config)} does not answer`;
        if (tables.kind === 'migrations_missing') return 'The tables are not up to date. Run: handback migrate';
        return engine ? undefined : `Temporal at ${temporal.address} does not answer`;
      },
      { say, signal: told.signal },
    );
    if (!ready) return;
    // What it has to fetch would be fetched by every worker, in production, at a time nobody chose.
    const encoderFiles = () => presentEmbeddingModel({ env: config.env });
    const worker = await runWorker({
      ...{ config, temporal, database, conversations, modelFor, module, encoderFiles, log },
    });
    say(
      `handback worker serves ${worker.agents.join(', ')} on task queue ${temporal.taskQueue} at ${temporal.address}`,
    );
    try {
      await Promise.race([end, worker.ended]);
    } finally {
      await worker.stop();
    }
  } finally {
    await client.connection.close();
    await database.close();
  }
}

/** Whether the agents need others than it knows is seen when their file is loaded. */
function requiredModel({ model }: Config) {
  if (!hasDefaultProvider(model) && model.providers.size === 0) {
    throw new CommandError(
      'handback worker needs a model: set OPENAI_API_KEY, or OPENAI_BASE_URL for any server that speaks Chat ' +
        'Completions, e.g. OPENAI_BASE_URL=http://127.0.0.1:11434/v1. (Only `handback start` brings a stand-in.)',
    );
  }
  return createModel(modelSettings(model));
}
