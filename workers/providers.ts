/** Who serves the models of a worker's agents, and whether the worker knows them all: told at its start, not in an outage. */
import type { Model } from '../activities/model.ts';
import type { Agent } from '../agents/define.ts';
import { providerVariables } from '../config.ts';

interface Use {
  readonly agent: string;
  readonly model: string;
  /** `undefined`: the default one. */
  readonly provider: string | undefined;
}

/** The providers that models of these agents name, each once. */
export function providersOf(agents: readonly Agent[]): readonly string[] {
  return [...new Set(usesOf(agents).flatMap(({ provider }) => provider ?? []))];
}

/** @throws Error with a line for every model whose provider the worker does not know */
export function requireProviders(agents: readonly Agent[], model: Model): void {
  const knows = (provider: string | undefined) => model.serves?.(provider) ?? provider === undefined;
  const lines = usesOf(agents).flatMap((use) => (knows(use.provider) ? [] : [problemOf(use)]));
  if (lines.length > 0) throw new Error(lines.join('\n'));
}

function usesOf(agents: readonly Agent[]): readonly Use[] {
  return agents.flatMap(({ id, manifest: { model } }) =>
    [model, ...(model.fallbacks ?? [])].map(({ name, provider }) => ({ agent: id, model: name, provider })),
  );
}

function problemOf({ agent, model, provider }: Use): string {
  if (provider === undefined) {
    return (
      `Agent "${agent}" has the model "${model}" of the default provider, and this worker does not know one. ` +
      'Set OPENAI_API_KEY or OPENAI_BASE_URL, or give the model a provider.'
    );
  }
  const { baseURL, apiKey } = providerVariables(provider);
  return (
    `Agent "${agent}" has the model "${model}" of the provider "${provider}", and this worker does not know that one. ` +
    `Set ${baseURL} and ${apiKey} (in code: providers of createModel), or leave the provider out.`
  );
}
