/** Calls a tool as the platform does, but for everything around it. */
import type { Tool, ToolCallContext } from '../../agents/define.ts';
import { type Failure, FailureError } from '../../core/failure.ts';

export function toolContext(given: Partial<ToolCallContext> = {}): ToolCallContext {
  return {
    idempotencyKey: 'acme/c-1/1/1/1',
    signal: new AbortController().signal,
    tenant: 'acme',
    conversationId: 'c-1',
    customer: { id: 'C-1' },
    ...given,
  };
}

/** The tool of this name. @throws where there is none */
export function toolNamed(tools: readonly Tool[], name: string): Tool {
  const found = tools.find(({ manifest }) => manifest.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${tools.map(({ manifest }) => manifest.name).join(', ')}`);
  return found;
}

/** What a call failed with. @throws where it did not, or with something that is not typed */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(
    (value) => new Error(`did not fail: ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof FailureError) return error.failure;
  throw error;
}
