/** May this call run? Default deny: what the manifest does not allow is denied. */
import type { PinnedManifest } from './manifest.ts';

/**
 * @param index place of the call among the calls of its step, from 0
 * @returns why the call must not run, in a sentence for the model, or `undefined` where it may
 */
export function denialOf(pinned: PinnedManifest, tool: string, index: number): string | undefined {
  const rule = Object.hasOwn(pinned.tools, tool) ? pinned.tools[tool] : undefined;
  if (rule === undefined) return `There is no tool called "${tool.slice(0, 64)}".`;
  // Rules look at arguments, which the workflow does not have: they are asked before the call runs.
  if (rule.permission === 'deny') return `The tool ${tool} may not be used in this conversation.`;
  if (index >= pinned.toolCallsPerStep) {
    return `Too many tool calls at once; at most ${pinned.toolCallsPerStep} are run. Ask again for this one.`;
  }
  return undefined;
}
