/** Models of other providers, up to the request: variables, definitions, the start of a worker, keys. Loopback HTTP only. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createModel, ModelCallError } from '../../activities/model.ts';
import { type AgentSpec, defineAgent } from '../../agents/define.ts';
import { DefinitionError } from '../../agents/definition-error.ts';
import { modelOf } from '../../cli/stack/model-of.ts';
import { providerVariables, readConfig } from '../../config.ts';
import { modelNameOf } from '../../core/manifest.ts';
import { startStandIn } from '../../stand-in/server.ts';
import { reply } from '../../stand-in/steps.ts';
import { costUsd } from '../../telemetry/pricing.ts';
import { providersOf, requireProviders } from '../../workers/providers.ts';
import { modelRequest } from '../support/model-call.ts';

const AZURE = {
  HANDBACK_PROVIDER_AZURE_EU_BASE_URL: 'https://models.example/v1',
  HANDBACK_PROVIDER_AZURE_EU_API_KEY: 'azure-key',
};

function agentWith(model: AgentSpec['model'], id = 'support') {
  return defineAgent({ id, model, instructions: 'Help.', tools: [] });
}

async function failing(call: Promise<unknown>): Promise<ModelCallError> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof ModelCallError) return thrown;
  throw new Error(`Expected a ModelCallError, got ${String(thrown)}`);
}

afterEach(() => vi.unstubAllEnvs());

describe('the variables of providers', () => {
  it('are read for whatever names occur', () => {
    const { providers } = readConfig({
      ...AZURE,
      HANDBACK_PROVIDER_LOCAL_BASE_URL: 'http://127.0.0.1:11434/v1',
      HANDBACK_PROVIDER_LOCAL_API_KEY: 'none',
      HANDBACK_PROVIDER_OLD_BASE_URL: '',
    }).model;
    expect([...providers]).toEqual([
      ['azure-eu', { baseURL: 'https://models.example/v1', apiKey: 'azure-key' }],
      ['local', { baseURL: 'http://127.0.0.1:11434/v1', apiKey: 'none' }],
    ]);
  });

  it.each(['a', 'azure-eu', 'base-url', 'api-key', '7b'])('of %s lead back to its name', (provider) => {
    const { baseURL, apiKey } = providerVariables(provider);
    const { providers } = readConfig({ [baseURL]: 'https://models.example/v1', [apiKey]: 'k' }).model;
    expect([...providers.keys()]).toEqual([provider]);
  });

  it.each([
    [
      'an address that is none',
      { ...AZURE, HANDBACK_PROVIDER_AZURE_EU_BASE_URL: 'models' },
      'AZURE_EU_BASE_URL: is no',
    ],
    [
      'an address of no web server',
      { ...AZURE, HANDBACK_PROVIDER_AZURE_EU_BASE_URL: 'ftp://a/v1' },
      'EU_BASE_URL: is no',
    ],
    ['no key', { ...AZURE, HANDBACK_PROVIDER_AZURE_EU_API_KEY: '' }, 'HANDBACK_PROVIDER_AZURE_EU_API_KEY: is not set'],
    ['no address', { HANDBACK_PROVIDER_B_API_KEY: 'k' }, 'HANDBACK_PROVIDER_B_BASE_URL: is not set'],
  ])('with %s end the start, among everything else that is wrong', (_what, env, says) => {
    const read = () => readConfig({ ...env, PORT: 'x' });
    expect(read).toThrow(says);
    expect(read).toThrow('PORT: ');
    expect(read).not.toThrow('azure-key');
  });
});

describe('a model’s definition', () => {
  it('keeps its provider, and its revision only where it has none', () => {
    const named = agentWith({ name: 'm', provider: 'azure-eu' }).manifest;
    expect(named.model).toEqual({ name: 'm', provider: 'azure-eu', timeoutMs: 120_000 });
    expect(agentWith('m').manifest.model).toEqual({ name: 'm', timeoutMs: 120_000 });
    expect(named.revision).not.toBe(agentWith('m').manifest.revision);
  });

  it('may have the name of another one whose provider is another', () => {
    const { model } = agentWith({ name: 'm', fallbacks: [{ name: 'm', provider: 'azure-eu' }, 'n'] }).manifest;
    expect([model, ...(model.fallbacks ?? [])].map(modelNameOf)).toEqual(['m', 'azure-eu/m', 'n']);
  });

  const twice = { name: 'm', provider: 'azure-eu' };
  it.each<readonly [string, AgentSpec['model'], string]>([
    ['a provider in capitals', { name: 'm', provider: 'Azure' }, 'lower-case letters'],
    ['a provider of nothing', { name: 'm', provider: '' }, 'lower-case letters'],
    ['a provider that no variable can name', { name: 'm', provider: 'azure--eu' }, 'lower-case letters'],
    ['a fallback of a wrong provider', { name: 'm', fallbacks: [{ name: 'n', provider: 'a/b' }] }, 'lower-case'],
    ['the same model twice', { name: 'm', fallbacks: ['m'] }, 'Name every model once'],
    ['the same model of a provider twice', { ...twice, fallbacks: [twice] }, 'Name every model once'],
    ['two models with one breaker', { name: 'azure-eu/m', fallbacks: [twice] }, 'another name'],
  ])('with %s throws, naming file, agent and fix', (_what, model, fix) => {
    const define = () => agentWith(model);
    expect(define).toThrow(DefinitionError);
    for (const says of [fix, 'providers.test.ts', 'agent "support"']) expect(define).toThrow(says);
  });

  it('has the price of its name', () => {
    const { model } = agentWith({ name: 'gpt-4o', provider: 'azure-eu' }).manifest;
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 0 };
    expect(costUsd(model, 'gpt-4o-2024-08-06', usage)).toBe(2.5);
    expect(costUsd({ ...model, price: { input: 3, output: 4 } }, 'gpt-4o', usage)).toBe(3);
  });
});

describe('a worker', () => {
  const agents = [
    agentWith({ name: 'm', fallbacks: [{ name: 'n', provider: 'azure-eu' }] }),
    agentWith({ name: 'o', provider: 'local' }, 'other'),
  ];

  it('does not start without the providers of its agents, and says who needs which', () => {
    const start = () => requireProviders(agents, createModel({ apiKey: 'k' }));
    const fix = 'Set HANDBACK_PROVIDER_AZURE_EU_BASE_URL and HANDBACK_PROVIDER_AZURE_EU_API_KEY';
    for (const says of ['"support"', '"n"', '"azure-eu"', fix]) expect(start).toThrow(says);
    for (const says of ['"other"', '"o"', 'HANDBACK_PROVIDER_LOCAL_API_KEY']) expect(start).toThrow(says);
    expect(start).not.toThrow('"m"');
  });

  it('starts when it knows them all', () => {
    const provider = { baseURL: 'https://models.example/v1', apiKey: 'k' };
    const providers = new Map(providersOf(agents).map((name) => [name, provider]));
    expect([...providers.keys()]).toEqual(['azure-eu', 'local']);
    requireProviders(agents, createModel({ apiKey: 'k', providers }));
  });

  it('needs no default provider when every model names one', () => {
    const model = createModel({ apiKey: undefined, providers: readConfig(AZURE).model.providers });
    requireProviders([agentWith({ name: 'm', provider: 'azure-eu' })], model);
    expect(() => requireProviders([agentWith('m')], model)).toThrow('Set OPENAI_API_KEY or OPENAI_BASE_URL');
  });

  it('takes a model that says nothing of providers for the default one', () => {
    const own = { complete: () => Promise.reject(new Error('not asked')) };
    requireProviders([agentWith('m')], own);
    expect(() => requireProviders(agents, own)).toThrow('"azure-eu"');
  });
});

describe('a request', () => {
  function recording() {
    const sent: Request[] = [];
    const record: typeof fetch = (url, init) => {
      sent.push(new Request(url, init));
      return Promise.resolve(Response.json({ error: { message: 'Wrong key.' } }, { status: 401 }));
    };
    const { providers } = readConfig(AZURE).model;
    const model = createModel({ baseURL: 'https://first.example/v1', apiKey: 'first-key', providers, fetch: record });
    const call = (provider?: string) =>
      failing(model.complete(modelRequest({ provider }), { signal: new AbortController().signal }));
    return { sent, call };
  }

  it('goes to its provider with the key of that one, and everything else is the same', async () => {
    const { sent, call } = recording();
    await call();
    await call('azure-eu');
    expect(sent.map(({ url, headers }) => [url, headers.get('authorization')])).toEqual([
      ['https://first.example/v1/chat/completions', 'Bearer first-key'],
      ['https://models.example/v1/chat/completions', 'Bearer azure-key'],
    ]);
    const [first, second] = sent.map(({ headers }) => Object.fromEntries([...headers, ['authorization', '']]));
    expect(second).toEqual(first);
  });

  it('carries nothing of what the environment adds for the default provider', async () => {
    vi.stubEnv('OPENAI_CUSTOM_HEADERS', 'Authorization: Bearer gateway-key\nX-Gateway-Key: gateway-key');
    vi.stubEnv('OPENAI_ORG_ID', 'org-1');
    const { sent, call } = recording();
    await call('azure-eu');
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer azure-key');
    expect(JSON.stringify([...(sent[0]?.headers ?? [])])).not.toMatch(/gateway-key|org-1/);
  });

  it('that fails says whose failure it is', async () => {
    const { call } = recording();
    expect((await call('azure-eu')).failure).toMatchObject({
      kind: 'authentication',
      message: expect.stringMatching(/^provider azure-eu: HTTP 401/),
    });
    expect((await call()).failure.message).toMatch(/^HTTP 401/);
  });

  it('for a provider that nobody configured is a failure of the configuration, and nothing is sent', async () => {
    const { sent, call } = recording();
    expect((await call('constructor')).failure).toEqual({
      kind: 'configuration',
      message: 'this worker does not know the provider constructor',
    });
    expect(sent).toEqual([]);
  });
});

describe('the embedded stack', () => {
  const agents = [agentWith({ name: 'm', fallbacks: [{ name: 'n', provider: 'azure-eu' }] })];

  it('without keys plays providers that are not configured, and says so once', async () => {
    const said: string[] = [];
    const inUse = await modelOf(readConfig({}), (line) => void said.push(line));
    const model = inUse.modelFor(agents);
    requireProviders(agents, model);
    const signal = new AbortController().signal;
    const answer = await model.complete(modelRequest({ provider: 'azure-eu' }), { signal });
    await inUse.stop();
    expect(answer.model).toBe('handback-stand-in');
    expect(said).toEqual([
      'The stand-in also plays azure-eu. For the real ones set HANDBACK_PROVIDER_AZURE_EU_BASE_URL and HANDBACK_PROVIDER_AZURE_EU_API_KEY',
    ]);
  });

  it('without keys asks the providers that are configured', async () => {
    const real = await startStandIn();
    real.script('shop/c1', [reply('From Europe.')]);
    const said: string[] = [];
    const config = readConfig({ ...AZURE, HANDBACK_PROVIDER_AZURE_EU_BASE_URL: real.url });
    const inUse = await modelOf(config, (line) => void said.push(line));
    const signal = new AbortController().signal;
    const answer = await inUse.modelFor(agents).complete(modelRequest({ provider: 'azure-eu' }), { signal });
    await Promise.all([inUse.stop(), real.close()]);
    expect(answer.text).toBe('From Europe.');
    expect(said).toEqual([]);
  });

  it('with a key plays nobody: what is missing is told', async () => {
    const inUse = await modelOf(readConfig({ OPENAI_API_KEY: 'k' }), () => undefined);
    expect(() => requireProviders(agents, inUse.modelFor(agents))).toThrow('"azure-eu"');
    await inUse.stop();
  });
});
