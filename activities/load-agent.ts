/** The first activity of a run: which agent, in which revision, from which turn on. */
import type { LoadedAgent } from '../core/activities.ts';
import type { ConversationRef } from '../core/conversation.ts';
import { FailureError } from '../core/failure.ts';
import { pin } from '../core/manifest.ts';
import { findRunStart, recordPin } from '../db/agents.ts';
import type { ActivityDependencies } from './dependencies.ts';
import type { FindManifest } from './manifests.ts';

export function loadAgent(deps: ActivityDependencies, findManifest: FindManifest) {
  return async (conversation: ConversationRef): Promise<LoadedAgent> => {
    const start = await findRunStart(deps.database, conversation);
    if (start === undefined) return { pinned: null, turn: 0 };
    // A new run takes the agent as it is defined today. One that is gone from the code goes on as it last was.
    const revision = deps.agents.get(start.agent)?.manifest.revision ?? start.revision;
    if (revision === undefined) {
      throw new FailureError({
        kind: 'configuration',
        message: `No worker has the agent "${start.agent}". Add it to the agents file of this worker.`,
      });
    }
    const manifest = await findManifest(start.agent, revision);
    if (revision !== start.revision) await recordPin(deps.database, conversation, revision);
    return { pinned: pin(manifest), turn: start.turn };
  };
}
