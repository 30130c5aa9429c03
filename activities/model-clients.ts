/** One client a provider, made once. A key goes to its own provider and to nobody else. */
import OpenAI from 'openai';

export interface ProviderSettings {
  /** Up to and including `/v1`. */
  readonly baseURL: string;
  readonly apiKey: string;
}

export interface ModelSettings {
  /** Of the default provider, up to and including `/v1`; default OpenAI's own. */
  readonly baseURL?: string | undefined;
  /** Of the default provider; `undefined`: there is none, and every model has to name its provider. */
  readonly apiKey: string | undefined;
  /** Other providers, by the name that models give in `provider`. */
  readonly providers?: ReadonlyMap<string, ProviderSettings> | undefined;
  /** The longest silence in mid-reply, in milliseconds; default one minute. */
  readonly idleTimeoutMs?: number | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** By provider; the default one is `undefined`. */
export type ModelClients = ReadonlyMap<string | undefined, OpenAI>;

const OPENAI_URL = 'https://api.openai.com/v1';

export function modelClients({ baseURL = OPENAI_URL, apiKey, providers, fetch: send }: ModelSettings): ModelClients {
  const clients = new Map<string | undefined, OpenAI>();
  if (apiKey !== undefined) clients.set(undefined, clientOf({ baseURL, apiKey }, send));
  for (const [name, provider] of providers ?? []) {
    clients.set(name, clientOf(provider, withOwnHeaders(provider.apiKey, send)));
  }
  return clients;
}

function clientOf({ baseURL, apiKey }: ProviderSettings, send: typeof fetch | undefined): OpenAI {
  return new OpenAI({
    // Explicit, as everything here, because what is left out the client looks up in the environment.
    baseURL,
    apiKey,
    organization: null,
    project: null,
    maxRetries: 0,
    // The client logs events it cannot parse, and those hold what a customer said.
    logLevel: 'off',
    ...(send === undefined ? {} : { fetch: send }),
  });
}

const OWN_HEADERS =
  /^(?:accept|authorization|content-type|idempotency-key|user-agent|x-handback-[a-z-]+|x-stainless-[a-z-]+)$/;

/**
 * The client adds to every request what OPENAI_CUSTOM_HEADERS says, and cannot be told not to. That is meant for the default
 * provider, and a gateway's key may be among it.
 */
function withOwnHeaders(apiKey: string, send: typeof fetch = fetch): typeof fetch {
  return (url, init) => {
    const headers = new Headers([...new Headers(init?.headers)].filter(([name]) => OWN_HEADERS.test(name)));
    headers.set('authorization', `Bearer ${apiKey}`);
    return send(url, { ...init, headers });
  };
}
