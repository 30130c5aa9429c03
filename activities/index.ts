/** The activities of a conversation, each a closure over its dependencies. */
import type { ConversationActivities } from '../core/activities.ts';
import { shippedInputScreen } from '../guardrails/input/screen.ts';
import { createBreakers } from './breakers.ts';
import { callModel } from './call-model.ts';
import { callTool } from './call-tool.ts';
import { onlyWorkingTime } from './calling.ts';
import { closeConversation } from './close-conversation.ts';
import { closeTurn } from './close-turn.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { handOver } from './hand-over.ts';
import { loadAgent } from './load-agent.ts';
import { manifestsOf } from './manifests.ts';
import { receiveFromOperator } from './receive-from-operator.ts';
import { receiveMessage } from './receive-message.ts';
import { repeatable } from './repeatable.ts';
import { createTurnClock } from './turn-clock.ts';
import { createTurnMemory } from './turn-memory.ts';

/** @throws where the weights of a guardrail are missing: a worker without them does not start */
export function createActivities(deps: ActivityDependencies): ConversationActivities {
  shippedInputScreen();
  const memory = createTurnMemory(deps.freshForMs);
  const findManifest = manifestsOf(deps.database, deps.agents);
  const leased = handOver(deps);
  const clock = createTurnClock();
  const calling = { deps, findManifest, memory, clock, breakers: createBreakers(deps) };
  return {
    loadAgent: repeatable(deps, loadAgent(deps, findManifest)),
    receiveMessage: repeatable(deps, receiveMessage(deps)),
    receiveFromOperator: repeatable(deps, receiveFromOperator(deps)),
    callModel: leased(onlyWorkingTime(clock, callModel(calling))),
    callTool: leased(onlyWorkingTime(clock, callTool(calling))),
    closeTurn: repeatable(deps, closeTurn(deps, findManifest)),
    closeConversation: repeatable(deps, closeConversation(deps)),
  };
}
