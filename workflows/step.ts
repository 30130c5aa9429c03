/** A step: one model call and the tool calls it asked for. */
import { isCancellation, sleep } from '@temporalio/workflow';
import type { ModelCallInput, ModelCallResult } from '../core/activities.ts';
import { type Recovery, recover } from '../core/recovery.ts';
import { callModel } from './proxies.ts';
import { fromTemporalFailure } from './temporal-failure.ts';
import { callTools } from './tools.ts';
import { leftFor, type StepResult, type TurnContext } from './turn-context.ts';

/** The first step of a turn takes the message; the one that answers closes the turn. */
export async function takeStep(context: TurnContext, step: number): Promise<StepResult> {
  const result = await askModel(context, step);
  switch (result.kind) {
    case 'tools':
      return callTools(context, step, result.tools, result.left);
    case 'again':
      return { kind: 'go_on' };
    default:
      return result;
  }
}

/** Asks the model, in as many ways as its failure and the manifest allow. @throws the failure of the last one */
async function askModel(context: TurnContext, step: number): Promise<ModelCallResult> {
  const { agent, revision, fallbackModels, passedOn } = context.pinned;
  const tried: Recovery['kind'][] = [];
  let shrunk = false;
  for (let rung = 0; ; rung++) {
    const input: ModelCallInput = {
      ...{ turn: context.turn, step, call: 0, agent, revision },
      ...(rung === 0 ? {} : { rung }),
      ...(context.model === 0 ? {} : { model: context.model }),
      ...(shrunk ? { shrunk } : {}),
    };
    try {
      return await callModel(input);
    } catch (error) {
      if (isCancellation(error)) throw error;
      const failure = fromTemporalFailure(error);
      const recovery = recover({
        failure,
        call: { of: 'model' },
        tried,
        offers: {
          models: fallbackModels - context.model + countOf('fallback_model', tried),
          cached: false,
          escalate: passedOn !== undefined,
        },
        breaker: failure.kind === 'upstream_down' ? 'open' : 'closed',
        left: leftFor(failure, context.pinned),
        fedBack: context.fedBack,
      });
      tried.push(recovery.kind);
      if (recovery.kind === 'fallback_model') context.model += 1;
      else if (recovery.kind === 'shrink_context') shrunk = true;
      else if (recovery.kind === 'retry_later') await sleep(recovery.afterMs);
      else throw error;
    }
  }
}

function countOf(kind: Recovery['kind'], tried: readonly Recovery['kind'][]): number {
  return tried.filter((one) => one === kind).length;
}
