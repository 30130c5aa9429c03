/** Asks a tool whether a change of its own, which is in doubt, has happened. */
import type { ToolContext } from '../agents/define.ts';
import type { ToolResult } from '../core/tool-result.ts';
import type { Call } from './call.ts';
import { parseArguments } from './parse-arguments.ts';

/**
 * @param signal fires when there is no time left for it
 * @returns the result of what happened; `unknown` also where the tool cannot be asked
 * @throws FailureError, or whatever the tool throws
 */
export async function reconcileChange(
  { attempt, tool, request, customer, idempotencyKey }: Call,
  signal: AbortSignal,
): Promise<ToolResult | 'did_not_happen' | 'unknown'> {
  if (tool?.reconcile === undefined) return 'unknown';
  const { tenant, id } = attempt.conversation;
  const context: ToolContext = { idempotencyKey, signal, tenant, conversationId: id, customer };
  return tool.reconcile(parseArguments(request.arguments), context);
}
