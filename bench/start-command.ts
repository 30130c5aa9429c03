/** `handback start` as a newcomer runs it, in an empty folder and then again: seconds until the example agent has answered. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../client/index.ts';
import { freePorts } from '../services/ports.ts';
import type { Bench } from './bench.ts';
import { median } from './numbers.ts';
import { keep } from './processes.ts';
import { compiled } from './stack.ts';

export interface StartTimes {
  readonly first: number;
  readonly second: number;
}

const GIVE_UP_MS = 90_000;

/** `undefined` where this build has no `start` yet. */
export async function startTimes({ stack, quick, progress }: Bench): Promise<StartTimes | undefined> {
  if (!existsSync(compiled('../cli/start.js'))) return undefined;
  const first: number[] = [];
  const second: number[] = [];
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    const home = join(stack.folder, `home-${round}`);
    await mkdir(home);
    first.push(await startOnce(home, `first-${round}`));
    second.push(await startOnce(home, `second-${round}`));
    progress(`handback start: ${first.at(-1)?.toFixed(1)} s, again ${second.at(-1)?.toFixed(1)} s`);
  }
  return { first: median(first), second: median(second) };
}

async function startOnce(home: string, conversation: string): Promise<number> {
  const [port = 0, temporalPort = 0] = await freePorts(2);
  const began = performance.now();
  const since = Date.now();
  const started = await keep({
    name: 'start',
    args: [compiled('../cli/main.js'), 'start'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      HANDBACK_HOME: home,
      PORT: String(port),
      HANDBACK_TEMPORAL_PORT: String(temporalPort),
    },
    logFolder: home,
  });
  try {
    const { apiUrl, apiKey } = await untilReady(home, since);
    const client = createClient({ baseUrl: apiUrl, key: apiKey });
    const message = { text: 'Hello!', agent: 'support', customer: { id: 'customer-1' } };
    await client.send(conversation, message, { wait: GIVE_UP_MS });
    return (performance.now() - began) / 1000;
  } finally {
    await started.stop();
  }
}

/** `dev.json` may be that of the start before: the new one is served at another port. */
async function untilReady(home: string, since: number): Promise<{ apiUrl: string; apiKey: string }> {
  const file = join(home, 'dev.json');
  for (const deadline = since + GIVE_UP_MS; Date.now() < deadline; await sleep(20)) {
    if (!existsSync(file)) continue;
    const written: unknown = JSON.parse((await readFile(file, 'utf8').catch(() => 'null')) || 'null');
    if (typeof written !== 'object' || written === null || !('apiUrl' in written) || !('apiKey' in written)) continue;
    const { apiUrl, apiKey } = written;
    if (typeof apiUrl !== 'string' || typeof apiKey !== 'string') continue;
    const ready = await fetch(`${apiUrl}/readyz`).catch(() => undefined);
    await ready?.body?.cancel();
    if (ready?.ok === true) return { apiUrl, apiKey };
  }
  throw new Error(`handback start was not ready within ${GIVE_UP_MS / 1000} s; its log is ${join(home, 'start.log')}`);
}
