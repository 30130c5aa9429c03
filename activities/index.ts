/** The activities of a conversation, each a closure over its dependencies. */
import type { ConversationActivities } from '../core/activities.ts';
import { callModel } from './call-model.ts';
import { callTool } from './call-tool.ts';
import { closeConversation } from './close-conversation.ts';
import { closeTurn } from './close-turn.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { handOver, handOverIdempotent } from './hand-over.ts';
import { loadAgent } from './load-agent.ts';
import { manifestsOf } from './manifests.ts';
import { receiveMessage } from './receive-message.ts';
import { createTurnMemory } from './turn-memory.ts';

export function createActivities(deps: ActivityDependencies): ConversationActivities {
  const memory = createTurnMemory(deps.freshForMs);
  const findManifest = manifestsOf(deps.database, deps.agents);
  const leased = handOver(deps);
  return {
    loadAgent: handOverIdempotent(deps, loadAgent(deps, findManifest)),
    receiveMessage: handOverIdempotent(deps, receiveMessage(deps)),
    callModel: leased(callModel(deps, findManifest, memory)),
    callTool: leased(callTool(deps, memory)),
    closeTurn: handOverIdempotent(deps, closeTurn(deps)),
    closeConversation: handOverIdempotent(deps, closeConversation(deps)),
  };
}
