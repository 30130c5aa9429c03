/** The model of the embedded stack: the configured one, or the stand-in where none is. */
import { createModel, type Model } from '../../activities/model.ts';
import type { Agent } from '../../agents/define.ts';
import { supportRules } from '../../agents/support/stand-in-rules.ts';
import { type Config, providerVariables } from '../../config.ts';
import { startStandIn } from '../../stand-in/server.ts';
import { providersOf } from '../../workers/providers.ts';
import { hasDefaultProvider, modelSettings } from './configured-model.ts';

export interface ModelInUse {
  /** The stand-in plays every provider that these agents name and nobody configured. */
  modelFor(agents: readonly Agent[]): Model;
  /** For people. */
  readonly description: string;
  stop(): Promise<void>;
}

export async function modelOf({ model, agentsFile }: Config, say: (line: string) => void): Promise<ModelInUse> {
  const others = model.providers.size === 0 ? '' : `; providers: ${[...model.providers.keys()].join(', ')}`;
  if (hasDefaultProvider(model)) {
    return {
      modelFor: () => createModel(modelSettings(model)),
      description: (model.baseURL ?? "OpenAI's API, with OPENAI_API_KEY") + others,
      stop: async () => undefined,
    };
  }
  const standIn = await startStandIn({
    record: 'counts',
    // These rules know the example agent's tools; other agents get the ones that fit any.
    ...(agentsFile === undefined ? { rules: supportRules } : {}),
  });
  const stands = { baseURL: standIn.url, apiKey: 'none' };
  return {
    modelFor(agents) {
      const played = providersOf(agents).filter((provider) => !model.providers.has(provider));
      if (played.length > 0) say(playing(played));
      const providers = new Map([...model.providers, ...played.map((provider) => [provider, stands] as const)]);
      return createModel({ ...stands, providers });
    },
    description:
      'a stand-in that follows a few rules, NOT a language model. For a real one set OPENAI_API_KEY or OPENAI_BASE_URL' +
      others,
    stop: () => standIn.close(),
  };
}

function playing(providers: readonly string[]): string {
  const missing = providers.map((provider) => Object.values(providerVariables(provider)).join(' and '));
  return `The stand-in also plays ${providers.join(', ')}. For the real ones set ${missing.join(', ')}`;
}
