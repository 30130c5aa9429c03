/** A model request with everything in it, for tests that care about one thing of it. */
import { createModel, type ModelCallOptions, type ModelReply, type ModelRequest } from '../../activities/model.ts';

export const CUSTOMER_SAID = 'My name is Ada Quincey and my parcel never came';

export function modelRequest(overrides: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'test-model',
    timeoutMs: 5_000,
    messages: [
      { role: 'system', content: 'You are the help desk of a shop that sells tents.' },
      { role: 'user', content: CUSTOMER_SAID },
    ],
    tools: [],
    conversation: { tenant: 'shop', id: 'c1' },
    turn: 1,
    step: 1,
    ...overrides,
  };
}

/** One call to the server at `url`. @throws ModelCallError */
export function ask(
  url: string,
  overrides: Partial<ModelRequest> = {},
  options: Partial<ModelCallOptions> = {},
): Promise<ModelReply> {
  const model = createModel({ baseURL: url, apiKey: 'test' });
  return model.complete(modelRequest(overrides), { signal: new AbortController().signal, ...options });
}
