/** The platform that a run of the library attacks: servers of its own, the worker in this process. */
import { NativeConnection } from '@temporalio/worker';
import { createModel } from '../../activities/model.ts';
import { createClient } from '../../client/index.ts';
import { attackedAgents } from '../../evals/adversarial/agent.ts';
import { recordPrompts, type Target } from '../../evals/adversarial/play.ts';
import { openShop } from '../../evals/adversarial/shop.ts';
import { worstModel } from '../../evals/adversarial/worst-model.ts';
import type { Env } from '../../services/cache.ts';
import { startStandIn } from '../../stand-in/server.ts';
import { createLog, installSdkLog } from '../../telemetry/log.ts';
import { createWorker } from '../../workers/worker.ts';
import { startStack } from '../crashes/stack.ts';

export interface TargetOptions {
  readonly env: Env;
  /** Absent: the stand-in does what each case says. */
  readonly real?: { readonly url: string; readonly name: string };
  readonly turnMs: number;
  readonly log: (line: string) => void;
}

const TENANT = 'adversarial';
const SLOW_AFTER_MS = 1_000;

export async function startTarget(options: TargetOptions): Promise<Target & { stop(): Promise<void> }> {
  const { env, real, turnMs, log } = options;
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.toReversed()) await end().catch((error: unknown) => log(`stopping: ${String(error)}`));
  };
  const errors = createLog('error', 'adversarial');
  installSdkLog(errors);
  try {
    const stack = await startStack(TENANT, env, log);
    stops.push(() => stack.stop(false));
    const worst = worstModel();
    const standIn = await startStandIn({ answer: (request) => worst.answer(request), record: 'counts' });
    stops.push(() => standIn.close());
    const connection = await NativeConnection.connect({ address: stack.temporalAddress });
    stops.push(() => connection.close());
    const shop = openShop();
    const prompts = recordPrompts();
    const apiKey = real === undefined ? 'stand-in' : (env['OPENAI_API_KEY'] ?? 'none');
    const worker = await createWorker({
      connection,
      namespace: 'default',
      taskQueue: 'handback',
      database: stack.database,
      model: prompts.over(createModel({ baseURL: real?.url ?? standIn.url, apiKey })),
      agents: attackedAgents(shop, real?.name),
      log: errors,
      slowAfterMs: SLOW_AFTER_MS,
    });
    const ran = worker.run();
    stops.push(async () => {
      worker.shutdown();
      await ran;
    });
    return {
      client: createClient({ baseUrl: stack.apiUrl, key: stack.apiKey }),
      ...{ shop, prompts, turnMs, stop },
      ...(real === undefined ? { worst } : {}),
      nameOf: (conversation) => `${TENANT}/${conversation}`,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
