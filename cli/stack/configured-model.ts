/** The model as the environment describes it: the default provider, where it is set, and the others. */
import type { ModelSettings } from '../../activities/model-clients.ts';
import type { Config } from '../../config.ts';

export function hasDefaultProvider({ apiKey, baseURL }: Config['model']): boolean {
  return apiKey !== undefined || baseURL !== undefined;
}

export function modelSettings(model: Config['model']): ModelSettings {
  const { apiKey, baseURL, providers } = model;
  // Servers without keys want something all the same.
  return { apiKey: hasDefaultProvider(model) ? (apiKey ?? 'none') : undefined, baseURL, providers };
}
