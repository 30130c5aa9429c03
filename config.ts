/** The only file that reads the environment. Every variable has a default that works on a developer's machine. */
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
/** An empty variable is one that is not set: `FOO= npm start` and compose files produce them. */
const text = z.string().optional();

const environment = z.object({
  /** Where Temporal listens; unset: the embedded stack starts its own. */
  TEMPORAL_ADDRESS: text,
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** For Temporal Cloud; implies TLS. */
  TEMPORAL_API_KEY: text,
  TEMPORAL_TLS: z.stringbool().optional(),
  /** Where conversations' work is queued; API and workers must agree. */
  HANDBACK_TASK_QUEUE: z.string().default('handback'),
  /** PostgreSQL; unset: the embedded stack uses PGlite. */
  DATABASE_URL: text,
  /** The schema all tables live in. */
  HANDBACK_SCHEMA: z.string().default('public'),
  OPENAI_API_KEY: text,
  /** Any service that speaks Chat Completions, up to and including `/v1`. */
  OPENAI_BASE_URL: z.url().optional(),
  /** The file of agents a worker serves; unset: the example agent. */
  HANDBACK_AGENTS: text,
  HOST: z.string().default('127.0.0.1'),
  /** The API's port. */
  PORT: port.default(8080),
  /** Where the embedded stack's Temporal listens. */
  HANDBACK_TEMPORAL_PORT: port.default(7233),
  /** Where the embedded stack's Temporal shows its web pages; unset: 1000 above its own port, where that is free. */
  HANDBACK_TEMPORAL_UI_PORT: port.optional(),
  /** Where the embedded stack keeps its data. */
  HANDBACK_HOME: z.string().default('.handback'),
  /** The API that `chat`, `show` and the like talk to; unset: the one `handback start` wrote into HANDBACK_HOME. */
  HANDBACK_URL: z.url().optional(),
  /** The key for it. */
  HANDBACK_KEY: text,
  HANDBACK_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** After how many milliseconds a call goes on as a regular activity; below 80 % of the workflow task timeout of 2 s. */
  HANDBACK_SLOW_AFTER_MS: z.coerce.number().int().min(10).max(1_500).default(1_000),
  /** Workflows a worker keeps in memory between turns; 0 replays each turn from its history. */
  HANDBACK_CACHED_WORKFLOWS: z.coerce.number().int().min(0).optional(),
  /** `<deployment>:<build id>` switches worker versioning on: conversations stay on their version until continue-as-new. */
  HANDBACK_DEPLOYMENT: z
    .string()
    .regex(/^[^:]+:[^:]+$/, 'write it as <deployment>:<build id>')
    .optional(),
  /**
   * For tests: a worker ends by `kill -9` at this place of a turn (`activities/crash-points.ts`), or, where it is the path of
   * a folder, once for each file in it called `<tenant>.<conversation>.<turn>.<place>`.
   */
  CRASH_AT: text,
});

/** Where a provider of models is, and the key for it. */
export interface Provider {
  readonly baseURL: string;
  readonly apiKey: string;
}

export interface Config {
  readonly temporal: {
    readonly address: string | undefined;
    readonly namespace: string;
    readonly taskQueue: string;
    readonly apiKey: string | undefined;
    readonly tls: boolean;
  };
  readonly database: { readonly url: string | undefined; readonly schema: string };
  readonly model: {
    readonly apiKey: string | undefined;
    readonly baseURL: string | undefined;
    /** Others than the default one, by name. */
    readonly providers: ReadonlyMap<string, Provider>;
  };
  readonly agentsFile: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly temporalPort: number;
  readonly temporalUiPort: number | undefined;
  readonly home: string;
  readonly client: { readonly url: string | undefined; readonly key: string | undefined };
  readonly logLevel: string;
  readonly slowAfterMs: number;
  readonly cachedWorkflows: number | undefined;
  readonly deployment: { readonly name: string; readonly buildId: string } | undefined;
  readonly crashAt: string | undefined;
  /** For agent files and service discovery, which have variables of their own. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid_configuration';
}

/** @throws ConfigError naming every variable that is wrong */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = environment.safeParse(set);
  const { providers, wrong } = readProviders(set);
  if (!parsed.success || wrong.length > 0) {
    const issues = parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
    const lines = [...issues, ...wrong].map((line) => `  ${line}`);
    throw new ConfigError(`The environment is wrong:\n${lines.join('\n')}`);
  }
  const read = parsed.data;
  const [name, buildId] = read.HANDBACK_DEPLOYMENT?.split(':') ?? [];
  return {
    temporal: {
      address: read.TEMPORAL_ADDRESS,
      namespace: read.TEMPORAL_NAMESPACE,
      taskQueue: read.HANDBACK_TASK_QUEUE,
      apiKey: read.TEMPORAL_API_KEY,
      tls: read.TEMPORAL_TLS ?? read.TEMPORAL_API_KEY !== undefined,
    },
    database: { url: read.DATABASE_URL, schema: read.HANDBACK_SCHEMA },
    model: { apiKey: read.OPENAI_API_KEY, baseURL: read.OPENAI_BASE_URL, providers },
    agentsFile: read.HANDBACK_AGENTS,
    host: read.HOST,
    port: read.PORT,
    temporalPort: read.HANDBACK_TEMPORAL_PORT,
    temporalUiPort: read.HANDBACK_TEMPORAL_UI_PORT,
    home: read.HANDBACK_HOME,
    client: { url: read.HANDBACK_URL, key: read.HANDBACK_KEY },
    logLevel: read.HANDBACK_LOG_LEVEL,
    slowAfterMs: read.HANDBACK_SLOW_AFTER_MS,
    cachedWorkflows: read.HANDBACK_CACHED_WORKFLOWS,
    deployment: name === undefined || buildId === undefined ? undefined : { name, buildId },
    crashAt: read.CRASH_AT,
    env,
  };
}

const PROVIDER_VARIABLE = /^HANDBACK_PROVIDER_([A-Z0-9]+(?:_[A-Z0-9]+)*)_(?:BASE_URL|API_KEY)$/;
const address = z.url({ protocol: /^https?$/ });

/** The two variables of a provider, e.g. of `azure-eu`. */
export function providerVariables(provider: string): { readonly baseURL: string; readonly apiKey: string } {
  const prefix = `HANDBACK_PROVIDER_${provider.toUpperCase().replaceAll('-', '_')}`;
  return { baseURL: `${prefix}_BASE_URL`, apiKey: `${prefix}_API_KEY` };
}

/** Every provider that has a variable. Half of one is no provider: better told now than when it has to stand in. */
function readProviders(set: Readonly<Record<string, string | undefined>>) {
  const providers = new Map<string, Provider>();
  const wrong: string[] = [];
  const named = Object.keys(set).flatMap((variable) => PROVIDER_VARIABLE.exec(variable)?.[1] ?? []);
  for (const provider of new Set(named.map((part) => part.toLowerCase().replaceAll('_', '-')))) {
    const variables = providerVariables(provider);
    const baseURL = set[variables.baseURL];
    const apiKey = set[variables.apiKey];
    if (baseURL === undefined) {
      wrong.push(`${variables.baseURL}: is not set, and ${variables.apiKey} is. Set it, up to and including /v1`);
    } else if (!address.safeParse(baseURL).success) {
      wrong.push(`${variables.baseURL}: is no address. Use one like https://models.example/v1`);
    } else if (apiKey === undefined) {
      wrong.push(
        `${variables.apiKey}: is not set, and ${variables.baseURL} is. Set it; "none" for a server without keys`,
      );
    } else {
      providers.set(provider, { baseURL, apiKey });
    }
  }
  return { providers, wrong };
}
