/** `handback start` as a person meets it: started from the build, killed in every way, started again. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supportRules } from '../../agents/support/stand-in-rules.ts';
import { readDevFile } from '../../cli/dev-file.ts';
import { createClient } from '../../client/index.ts';
import { freePorts } from '../../services/ports.ts';
import { type StandIn, startStandIn } from '../../stand-in/server.ts';
import {
  announced,
  buildHandback,
  handback,
  isAlive,
  type Running,
  startHandback,
  startIntoHead,
} from '../support/handback.ts';
import { until } from '../support/until.ts';

const WHO = { agent: 'support', customer: { id: 'C-1017' } };
const QUESTION = { messageId: 'm-1', text: 'Where is my order O-1042?', ...WHO };

describe('handback start', () => {
  let home: string;
  let settings: Record<string, string>;
  let slow: StandIn;
  let asked: string[] = [];
  const started: Running[] = [];

  beforeAll(async () => {
    const [port, temporalPort] = await freePorts(2);
    home = await mkdtemp(join(tmpdir(), 'handback-start-'));
    settings = { HANDBACK_HOME: home, PORT: String(port), HANDBACK_TEMPORAL_PORT: String(temporalPort) };
    slow = await startStandIn({
      answer: ({ conversation, body }) => {
        asked.push(conversation);
        const first = asked.filter((name) => name === conversation).length === 1;
        return { ...supportRules(body.messages, body.tools ?? []), delayMs: first ? 30_000 : 0 };
      },
    });
    await buildHandback();
  });

  afterAll(async () => {
    for (const { pid, process: child } of started) if (isAlive(pid)) child.kill('SIGKILL');
    await slow.close();
    await rm(home, { recursive: true, force: true });
  });

  async function start(more: Record<string, string> = {}) {
    const running = startHandback(['start'], { ...settings, ...more });
    started.push(running);
    const dev = await announced(home, running);
    return { running, dev, client: createClient({ baseUrl: dev.apiUrl, key: dev.apiKey }) };
  }

  async function allGone(...pids: (number | undefined)[]): Promise<void> {
    await until('no process is left', () => !pids.some(isAlive));
  }

  const temporalPid = async () => Number(await readFile(join(home, 'temporal.db.pid'), 'utf8'));

  it('is ready when it says so, and the line it prints gets an answer', async () => {
    const { running, dev } = await start();
    expect((await fetch(`${dev.apiUrl}/readyz`)).status).toBe(200);
    expect((await stat(join(home, 'dev.json'))).mode & 0o777).toBe(0o600);

    const printed = await until(
      'the greeting is printed',
      () => running.stdout().includes('Ctrl-C') && running.stdout(),
    );
    expect(printed).toContain('NOT a language model');
    expect(printed).toContain(dev.apiKey);
    const [, url = '', key = '', body = ''] =
      /curl -s '([^']+)' -H 'Authorization: Bearer ([^']+)' -H 'Content-Type: application\/json' -d '([^']+)'/.exec(
        printed,
      ) ?? [];
    const answer = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ outcome: 'replied', reply: expect.stringContaining('Memphis') });
    const client = createClient({ baseUrl: dev.apiUrl, key: dev.apiKey });
    await client.send('kept', QUESTION, { wait: 20_000 });
  });

  it('starts Temporal again when it dies, and answers what came in between', async () => {
    const [running] = started;
    const dev = await readDevFile(home);
    // Never the pid 0, which means the whole group, these tests included.
    if (dev?.pids.temporal === undefined) throw new Error('nothing is running');
    const client = createClient({ baseUrl: dev.apiUrl, key: dev.apiKey });
    process.kill(dev.pids.temporal, 'SIGKILL');
    const turn = await client.send('kept', { ...QUESTION, messageId: 'm-2' }, { wait: 20_000 });
    expect(turn.outcome).toBe('replied');
    expect(running?.stdout()).toContain('Temporal ended by itself');
    await until('dev.json has its new pid', async () => (await readDevFile(home))?.pids.temporal !== dev.pids.temporal);
  });

  it('lets no second one into its home and says whose it is', async () => {
    const second = await handback(['start'], settings);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`pid ${started[0]?.pid}`);
  });

  it('ends within three seconds of Ctrl-C and leaves nothing running', async () => {
    const [running] = started;
    const temporal = await temporalPid();
    const began = performance.now();
    running?.process.kill('SIGINT');
    expect(await running?.exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(3_500);
    await allGone(running?.pid, temporal);
    await expect(stat(join(home, 'dev.json'))).rejects.toThrow('ENOENT');
  });

  it('answers after a kill -9 in mid-turn what was asked before it, and has kept the rest', async () => {
    const before = await start({ OPENAI_BASE_URL: slow.url });
    const kept = await before.client.messages('kept');
    expect(kept.messages).toHaveLength(4);
    await before.client.send('cut-off', QUESTION);
    await until('the model is being asked', () => asked.includes('dev/cut-off'));
    const temporal = await temporalPid();
    before.running.process.kill('SIGKILL');
    await before.running.exited;
    await allGone(temporal);

    const after = await start({ OPENAI_BASE_URL: slow.url });
    expect(after.dev.apiKey).toBe(before.dev.apiKey);
    const turn = await after.client.send('cut-off', QUESTION, { wait: 30_000 });
    expect(turn).toMatchObject({ turn: 1, outcome: 'replied' });
    expect(await after.client.messages('kept')).toEqual(kept);

    // A turn in flight does not hold up the end either.
    asked = [];
    await after.client.send('in-flight', QUESTION);
    await until('the model is being asked', () => asked.includes('dev/in-flight'));
    const began = performance.now();
    after.running.process.kill('SIGTERM');
    expect(await after.running.exited).toBe(0);
    expect(performance.now() - began).toBeLessThan(4_000);
    await allGone(after.running.pid, after.dev.pids.temporal);
  });

  it('ends when nobody reads what it prints; with --fresh it has begun anew before that', async () => {
    const before = await readFile(join(home, 'home.json'), 'utf8');
    await startIntoHead(['start', '--fresh'], settings);
    await allGone(await temporalPid());
    expect(await readFile(join(home, 'home.json'), 'utf8')).not.toBe(before);
    await expect(stat(join(home, 'lock'))).rejects.toThrow('ENOENT');
  });

  it.each([
    ['PORT', 'PORT'],
    ['HANDBACK_TEMPORAL_PORT', 'HANDBACK_TEMPORAL_PORT'],
  ])('names %s when that port is taken', async (_, variable) => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(Number(settings[variable]), '127.0.0.1', resolve);
    });
    const refused = await handback(['start'], settings);
    other.close();
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`set ${variable}, e.g. ${variable}=`);
  });

  it('touches nothing in a folder that is not its own', async () => {
    const foreign = await mkdtemp(join(tmpdir(), 'handback-foreign-'));
    await writeFile(join(foreign, 'logs'), 'mine');
    const refused = await handback(['start', '--fresh'], { ...settings, HANDBACK_HOME: foreign });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('HANDBACK_HOME');
    expect(await readFile(join(foreign, 'logs'), 'utf8')).toBe('mine');
    await rm(foreign, { recursive: true });
  });
});
