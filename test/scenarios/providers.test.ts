/** Models of two providers: two servers, two keys. Both are the stand-in, behind a door that keeps what arrives. */
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createModel } from '../../activities/model.ts';
import { defineAgent } from '../../agents/define.ts';
import { type StandIn, startStandIn } from '../../stand-in/server.ts';
import { fault, reply, type StandInStep } from '../../stand-in/steps.ts';
import { createWorker } from '../../workers/worker.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

interface Door {
  readonly url: string;
  /** The headers of every request. */
  readonly arrived: readonly IncomingHttpHeaders[];
  close(): Promise<void>;
}

async function openDoor(to: string): Promise<Door> {
  const arrived: IncomingHttpHeaders[] = [];
  const server = createServer((incoming, response) => {
    const { method, headers, url = '' } = incoming;
    arrived.push(headers);
    const onward = request(new URL(url, to), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the door has no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    arrived,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same model at both, so that only the provider tells them apart. */
const twin = defineAgent({
  id: 'twin',
  model: { name: 'twin-model', fallbacks: [{ name: 'twin-model', provider: 'azure-eu' }] },
  instructions: 'Help.',
  tools: [],
});
const abroad = defineAgent({
  id: 'abroad',
  model: { name: 'abroad-model', provider: 'azure-eu' },
  instructions: 'Help.',
  tools: [],
});

let platform: Platform;
let second: StandIn;
let firstDoor: Door;
let secondDoor: Door;
beforeAll(async () => {
  platform = await startPlatform({ agents: () => [twin, abroad] });
  second = await startStandIn();
  [firstDoor, secondDoor] = await Promise.all([openDoor(platform.standIn.url), openDoor(second.url)]);
  const providers = new Map([['azure-eu', { baseURL: secondDoor.url, apiKey: 'second-key' }]]);
  await platform.startWorker({
    model: () => createModel({ baseURL: firstDoor.url, apiKey: 'first-key', providers }),
  });
});
afterAll(async () => {
  await platform.stop();
  await Promise.all([firstDoor.close(), secondDoor.close(), second.close()]);
});

const send = (conversation: string, agent = 'twin') =>
  platform.client.send(conversation, { text: 'Hello', agent, customer: { id: 'C-1' } }, { wait: 30_000 });
const script = (standIn: StandIn, conversation: string, ...steps: StandInStep[]) =>
  standIn.script(platform.nameOf(conversation), steps);
/** What arrived at a door for one conversation. */
const arrivedFor = ({ arrived }: Door, conversation: string) =>
  arrived.filter((headers) => headers['x-handback-conversation'] === platform.nameOf(conversation));
const keysOf = (door: Door, conversation: string) => arrivedFor(door, conversation).map((each) => each.authorization);
const anyName = (like: string) => `${like}-${Math.random().toString(36).slice(2)}`;

describe('a fallback model of another provider', () => {
  it('answers the turn when the first provider refuses its key, with a key of its own', async () => {
    script(platform.standIn, 'refused', fault('authentication_401'));
    script(second, 'refused', reply('From elsewhere.'));
    expect(await send('refused')).toMatchObject({ outcome: 'replied', reply: 'From elsewhere.' });
    expect(keysOf(firstDoor, 'refused')).toEqual(['Bearer first-key']);
    expect(keysOf(secondDoor, 'refused')).toEqual(['Bearer second-key']);
  });

  it('answers the turn when the first provider is down', async () => {
    script(platform.standIn, 'down', ...Array.from({ length: 4 }, () => fault('server_error_500')));
    script(second, 'down', reply('From elsewhere.'));
    expect(await send('down')).toMatchObject({ outcome: 'replied', reply: 'From elsewhere.' });
    expect(new Set(keysOf(firstDoor, 'down'))).toEqual(new Set(['Bearer first-key']));
    expect(keysOf(secondDoor, 'down')).toEqual(['Bearer second-key']);
  });

  it('says in the ledger which provider failed, and keeps the name of the model that answered', async () => {
    script(platform.standIn, 'ledger', fault('authentication_401'));
    script(second, 'ledger', fault('authentication_401'));
    expect(await send('ledger')).toMatchObject({ outcome: 'failed', failure: 'authentication' });
    const [turn] = await platform.database.query<{ message: string }>(
      { name: 'test_failure', text: `SELECT failure->>'message' AS message FROM turns WHERE conversation = $1` },
      ['ledger'],
    );
    expect(turn?.message).toMatch(/^provider azure-eu: HTTP 401/);
    const [row] = await platform.database.query<{ model: string }>(
      { name: 'test_model', text: `SELECT model FROM transcript WHERE conversation = $1 AND role = 'agent'` },
      ['refused'],
    );
    expect(row?.model).toBe('handback-stand-in');
  });

  it('has a breaker of its own: it is asked while that of the first provider’s model of this name is open', async () => {
    const services = (await platform.client.breakers()).breakers.map(({ service }) => service);
    expect(services).toEqual(expect.arrayContaining(['model:twin-model', 'model:azure-eu/twin-model']));
    await platform.client.forceBreaker('model:twin-model', 'open', 'their maintenance');
    const spared = await until('a turn goes straight to the second', async () => {
      const conversation = anyName('spared');
      script(platform.standIn, conversation, reply('From the first.'));
      script(second, conversation, reply('At once.'));
      const turn = await send(conversation);
      return arrivedFor(firstDoor, conversation).length === 0 && turn;
    });
    expect(spared).toMatchObject({ outcome: 'replied', reply: 'At once.' });
    await platform.client.forceBreaker('model:twin-model', null, 'they are done');
  });
});

describe('a first model of another provider', () => {
  it('never concerns the default one', async () => {
    script(second, 'abroad', reply('From abroad.'));
    expect(await send('abroad', 'abroad')).toMatchObject({ outcome: 'replied', reply: 'From abroad.' });
    expect(second.calls.list.at(-1)).toMatchObject({ model: 'abroad-model' });
    expect(arrivedFor(firstDoor, 'abroad')).toEqual([]);
  });

  it('can be forced open by the name that has the provider in it', async () => {
    const service = 'model:azure-eu/abroad-model';
    await platform.client.forceBreaker(service, 'open', 'their maintenance');
    const failure = await until('workers heard of it', async () => {
      const conversation = anyName('forced');
      script(second, conversation, reply('From abroad.'));
      const { outcome, failure: kind } = await send(conversation, 'abroad');
      return outcome === 'failed' && kind;
    });
    expect(failure).toBe('upstream_down');
    expect((await platform.client.breakers()).breakers).toContainEqual(
      expect.objectContaining({ service, forced: expect.objectContaining({ to: 'open' }) }),
    );
    await platform.client.forceBreaker(service, null, 'they are done');
  });
});

describe('keys', () => {
  it('never reached anybody else’s server', () => {
    expect(firstDoor.arrived.length).toBeGreaterThan(0);
    expect(secondDoor.arrived.length).toBeGreaterThan(0);
    expect(JSON.stringify(secondDoor.arrived)).not.toContain('first-key');
    expect(JSON.stringify(firstDoor.arrived)).not.toContain('second-key');
  });
});

describe('a worker that does not know a provider of its agents', () => {
  it('does not start, and registers none of them', async () => {
    const lost = defineAgent({
      id: 'lost',
      model: { name: 'm', fallbacks: [{ name: 'm', provider: 'nowhere' }] },
      instructions: 'Help.',
      tools: [],
    });
    const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
    const ignore = () => undefined;
    const start = createWorker({
      connection,
      namespace: 'default',
      taskQueue: platform.taskQueue,
      database: platform.database,
      model: createModel({ apiKey: 'first-key' }),
      agents: [lost],
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      slowAfterMs: 1_000,
    });
    await expect(start).rejects.toThrow('Set HANDBACK_PROVIDER_NOWHERE_BASE_URL and HANDBACK_PROVIDER_NOWHERE_API_KEY');
    await connection.close();
    await expect(send('lost', 'lost')).rejects.toMatchObject({ code: 'unknown_agent' });
  });
});
