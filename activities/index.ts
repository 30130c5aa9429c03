/** The activities of a conversation, each a closure over its dependencies. */
import type { ConversationActivities } from '../core/activities.ts';
import { callModel } from './call-model.ts';
import { callTool } from './call-tool.ts';
import { closeConversation } from './close-conversation.ts';
import { closeTurn } from './close-turn.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { handOver } from './hand-over.ts';
import { loadAgent } from './load-agent.ts';
import { manifestsOf } from './manifests.ts';
import { receiveMessage } from './receive-message.ts';
import { repeatable } from './repeatable.ts';
import { createTurnMemory } from './turn-memory.ts';

export function createActivities(deps: ActivityDependencies): ConversationActivities {
  const memory = createTurnMemory(deps.freshForMs);
  const findManifest = manifestsOf(deps.database, deps.agents);
  const leased = handOver(deps);
  return {
    loadAgent: repeatable(deps, loadAgent(deps, findManifest)),
    receiveMessage: repeatable(deps, receiveMessage(deps)),
    callModel: leased(callModel(deps, findManifest, memory)),
    callTool: leased(callTool(deps, memory)),
    closeTurn: repeatable(deps, closeTurn(deps)),
    closeConversation: repeatable(deps, closeConversation(deps)),
  };
}
