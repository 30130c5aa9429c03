/** The verbs beside `start`, against real services. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { supportRules } from '../../agents/support/stand-in-rules.ts';
import { freePort } from '../../services/ports.ts';
import { type StandIn, startStandIn } from '../../stand-in/server.ts';
import { buildHandback, handback, type Running, startHandback } from '../support/handback.ts';
import { until } from '../support/until.ts';

describe('the handback command', () => {
  let services: Record<string, string>;
  let person: Record<string, string>;
  let standIn: StandIn;
  const running: Running[] = [];

  beforeAll(async () => {
    await buildHandback();
    standIn = await startStandIn({ rules: supportRules });
    const port = await freePort();
    services = {
      DATABASE_URL: inject('databaseUrl'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      HANDBACK_SCHEMA: `cli_${process.pid}`,
      HANDBACK_TASK_QUEUE: `cli-${process.pid}`,
      OPENAI_BASE_URL: standIn.url,
      PORT: String(port),
    };
    person = { HANDBACK_URL: `http://127.0.0.1:${port}`, HANDBACK_KEY: '', HANDBACK_HOME: '/nonexistent' };
  });

  afterAll(async () => {
    for (const { process: child } of running) child.kill('SIGKILL');
    await standIn.close();
  });

  it.each([
    ['an unknown verb', ['no-such-verb'], "unknown command 'no-such-verb'"],
    ['an unknown flag', ['keys', 'list', '--no-such-flag'], "unknown option '--no-such-flag'"],
    ['a role that does not exist', ['keys', 'create', '--tenant', 't', '--name', 'n', '--role', 'king'], 'operator'],
  ])('explains %s and fails', async (_, args, said) => {
    const ran = await handback(args, {});
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(said);
    expect(ran.stderr).toContain('Usage: handback');
  });

  it.each([
    ['api', {}, 'set TEMPORAL_ADDRESS'],
    ['api', { TEMPORAL_ADDRESS: '127.0.0.1:1' }, 'set DATABASE_URL'],
    ['migrate', {}, 'set DATABASE_URL'],
    ['worker', { TEMPORAL_ADDRESS: '127.0.0.1:1', DATABASE_URL: 'postgres://127.0.0.1:1/x' }, 'set OPENAI_API_KEY'],
    ['conversations', { HANDBACK_HOME: '/nonexistent' }, 'handback start'],
    ['conversations', { HANDBACK_URL: 'http://127.0.0.1:1' }, 'HANDBACK_KEY'],
  ])('%s with %o says what to set', async (verb, settings, said) => {
    const ran = await handback([verb], settings);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(said);
    expect(ran.stdout).toBe('');
  });

  it('migrates once, makes a key that is shown once, and ends it', async () => {
    const early = await handback(['keys', 'list'], services);
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('handback migrate') });

    const first = await handback(['migrate', '--json'], services);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({ applied: expect.arrayContaining(['support/001_shop']) });
    const second = await handback(['migrate', '--json'], services);
    expect(JSON.parse(second.stdout)).toEqual({ applied: [] });

    const made = await handback(
      ['keys', 'create', '--tenant', 'shop', '--name', 'till', '--role', 'service,engineer'],
      services,
    );
    expect(made.stdout).toMatch(/^hb_\w{12}_[\w-]{43}\n$/);
    person = { ...person, HANDBACK_KEY: made.stdout.trim() };

    const spare = await handback(
      ['keys', 'create', '--tenant', 'shop', '--name', 'x', '--role', 'admin', '--json'],
      services,
    );
    const { id } = JSON.parse(spare.stdout);
    expect(await handback(['keys', 'revoke', id], services)).toMatchObject({ code: 0 });
    expect(await handback(['keys', 'revoke', id], services)).toMatchObject({ code: 1 });
    const listed = await handback(['keys', 'list', '--tenant', 'shop', '--json'], services);
    expect(JSON.parse(listed.stdout).keys).toMatchObject([
      { name: 'till', roles: ['service', 'engineer'], revokedAt: null },
      { id, revokedAt: expect.any(String) },
    ]);
    expect(listed.stdout).not.toContain(person['HANDBACK_KEY']);
  });

  it('ends a worker that cannot work', async () => {
    const ran = await handback(['worker'], { ...services, TEMPORAL_NAMESPACE: 'nowhere' });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('has no namespace "nowhere"');
  });

  it('serves and works as two processes, and a conversation is held through a pipe', async () => {
    running.push(startHandback(['api'], services), startHandback(['worker'], services));
    await until('both say that they run', () =>
      running.every((each) => /listens on|serves support/.test(each.stderr())),
    );
    const lines = 'Where is my order O-1042?\n\nthanks\n';
    const chat = await handback(['chat', 'support', '--conversation', 'piped'], person, lines);
    expect(chat.code).toBe(0);
    expect(chat.stdout).toContain('Memphis');
    expect(chat.stdout).toMatch(/You are welcome\. Enjoy the trail!\n$/);

    const json = await handback(['chat', 'support', '--conversation', 'piped', '--json'], person, 'thanks\n');
    expect(JSON.parse(json.stdout)).toMatchObject({ turn: 3, outcome: 'replied' });
    const nobody = await handback(['chat', 'nobody'], person, 'hello\n');
    expect(nobody).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nobody') });
  });

  it('lists, shows and closes conversations', async () => {
    const table = await handback(['conversations'], person);
    expect(table.stdout).toMatch(/^ID +AGENT .*\npiped +support +C-1017 +open +3 +0 /);
    const all = await handback(['show', 'piped', '--all'], person);
    expect(all.stdout).toContain('tool track_shipment: done');
    const shown = await handback(['show', 'piped', '--json'], person);
    expect(JSON.parse(shown.stdout).messages).toHaveLength(6);
    expect(await handback(['show', 'nothing'], person)).toMatchObject({ code: 1, stdout: '' });

    expect(await handback(['close', 'piped', '--reason', 'done'], person)).toMatchObject({ code: 0 });
    await until('it is closed', async () => {
      const closed = await handback(['conversations', '--status', 'closed', '--json'], person);
      return JSON.parse(closed.stdout).conversations[0]?.id === 'piped';
    });
    const late = await handback(['chat', 'support', '--conversation', 'piped'], person, 'hello?\n');
    expect(late).toMatchObject({ code: 1, stdout: '' });
  });

  it('shows breakers, forces one, and takes the word back', async () => {
    const list = await handback(['breakers'], person);
    expect(list).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^SERVICE +STATE +MEASURED +CHANGED +FORCED\n/),
    });
    const service = 'tool:support/track_shipment';
    const force = (...rest: readonly string[]) => handback(['breakers', 'force', service, ...rest], person);
    expect(await force('open')).toMatchObject({ code: 1, stderr: expect.stringContaining('--reason') });
    expect(await force('shut', '--reason', 'x')).toMatchObject({ code: 1, stderr: expect.stringContaining('normal') });

    const stopped = await force('open', '--reason', 'their\nmaintenance');
    expect(stopped).toMatchObject({ code: 0, stdout: `${service} is forced open\n` });
    expect(stopped.stderr).toContain('Check that agent and tool exist');
    const table = await handback(['breakers'], person);
    expect(table.stdout).toMatch(/\ntool:\S+ +forced open +works +\S+Z +by key:\w{12}: their maintenance\n$/);
    const back = await force('normal', '--reason', 'they are done', '--json');
    expect(JSON.parse(back.stdout)).toMatchObject({ service, state: 'closed', forced: null });
    expect(back.stderr).toBe('');
    const json = await handback(['breakers', '--json'], person);
    expect(JSON.parse(json.stdout).breakers).toMatchObject([{ service, forced: null }]);
  });

  it('replays a conversation with its own words only, never with those of another tenant', async () => {
    const made = await handback(
      ['keys', 'create', '--tenant', 'rival', '--name', 'till', '--role', 'service,engineer'],
      services,
    );
    const rival = { ...person, HANDBACK_KEY: made.stdout.trim() };
    const chat = await handback(['chat', 'support', '--conversation', 'piped'], rival, 'thanks\n');
    expect(chat.code).toBe(0);
    const temporal = { TEMPORAL_ADDRESS: services['TEMPORAL_ADDRESS'] ?? '' };
    const wrong = await handback(['replay', 'piped', '--tenant', 'rival'], { ...person, ...temporal });
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('belongs to tenant "shop", but the history is of tenant "rival"');
    const right = await handback(['replay', 'piped', '--tenant', 'shop', '--json'], { ...person, ...temporal });
    expect(right.code).toBe(0);
    expect(right.stdout).toContain('Where is my order O-1042?');
  });

  it('drains api and worker on SIGTERM and exits with 0', async () => {
    for (const { process: child } of running) child.kill('SIGTERM');
    expect(await Promise.all(running.map(({ exited }) => exited))).toEqual([0, 0]);
    const gone = await handback(['conversations'], person);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining(`${person['HANDBACK_URL']}`) });
  });
});
