/** The model of the embedded stack: the configured one, or the stand-in where none is. */
import { createModel, type Model } from '../../activities/model.ts';
import { supportRules } from '../../agents/support/stand-in-rules.ts';
import type { Config } from '../../config.ts';
import { startStandIn } from '../../stand-in/server.ts';

export interface ModelInUse {
  readonly model: Model;
  /** For people. */
  readonly description: string;
  stop(): Promise<void>;
}

export async function modelOf({ model, agentsFile }: Config): Promise<ModelInUse> {
  if (model.apiKey !== undefined || model.baseURL !== undefined) {
    return {
      // Servers without keys want something all the same.
      model: createModel({ apiKey: model.apiKey ?? 'none', baseURL: model.baseURL }),
      description: model.baseURL ?? "OpenAI's API, with OPENAI_API_KEY",
      stop: async () => undefined,
    };
  }
  const standIn = await startStandIn({
    record: 'counts',
    // These rules know the example agent's tools; other agents get the ones that fit any.
    ...(agentsFile === undefined ? { rules: supportRules } : {}),
  });
  return {
    model: createModel({ apiKey: 'none', baseURL: standIn.url }),
    description:
      'a stand-in that follows a few rules, NOT a language model. For a real one set OPENAI_API_KEY or OPENAI_BASE_URL',
    stop: () => standIn.close(),
  };
}
