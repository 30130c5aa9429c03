/** A step: one model call and the tool calls it asked for. */
import type { ModelCallResult } from '../core/activities.ts';
import type { PinnedManifest } from '../core/manifest.ts';
import { callModel } from './proxies.ts';
import { callTools } from './tools.ts';

/** The first step of a turn takes the message; the one that answers closes the turn. */
export async function takeStep(pinned: PinnedManifest, turn: number, step: number): Promise<ModelCallResult> {
  const { agent, revision } = pinned;
  const result = await callModel({ turn, step, call: 0, agent, revision });
  if (result.kind === 'tools') await callTools(pinned, turn, step, result.tools);
  return result;
}
