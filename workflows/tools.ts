/** The tool calls of one step: in parallel, each decided before it runs, each recovered as its failure allows. */
import { sleep } from '@temporalio/workflow';
import type { AskedTool, ToolCallInput, ToolCallResult, ToolCallsLeft, ToolRecovery } from '../core/activities.ts';
import { admit, type BreakerSettings, CLOSED, outcomeShownBy, record } from '../core/breaker.ts';
import { type Exceeded, failureOf, wordsOf } from '../core/budget.ts';
import type { Failure } from '../core/failure.ts';
import type { PinnedManifest, PinnedTool } from '../core/manifest.ts';
import { denialOf } from '../core/permission.ts';
import { type Recovery, recover } from '../core/recovery.ts';
import { repetitionOf } from '../core/repetition.ts';
import { neverRan } from '../core/tool-result.ts';
import { callTool } from './proxies.ts';
import { leftFor, type StepResult, type TurnContext } from './turn-context.ts';

/**
 * Three failures in a row stop a tool for the rest of the turn; in the next one a single call finds out. Time is counted in
 * turns, because turns are what a replay has in common with the run that made its history.
 */
const BREAKER: BreakerSettings = { threshold: 3, openMs: 1, mostOpenMs: 8, probeMs: 1 };

interface Called extends ToolCallResult {
  /** How it failed the first time; fallbacks do not change what that says about the tool. */
  readonly first?: Failure;
  readonly asked?: string;
  /** A person has to go on. */
  readonly escalates?: true;
}

/** @throws the first call's failure, but only when all have ended: nothing may run on after its turn is over */
export async function callTools(
  context: TurnContext,
  step: number,
  tools: readonly AskedTool[],
  left?: ToolCallsLeft,
): Promise<StepResult> {
  const ended = await Promise.allSettled(tools.map((tool, index) => callOne(context, step, tool, index, left)));
  const results = ended.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  results.forEach((result, index) => remember(context, step, tools[index], index, result));

  const failure = forPeople(context, results, limitOfMany(tools.length, left));
  if (failure !== undefined) return { kind: 'escalate', failure };
  // Before the model goes on: a change that it has asked for is the customer's to decide.
  if (results.some(({ outcome }) => outcome === 'unconfirmed')) return { kind: 'confirm' };
  const asking = results.find(({ asked }) => asked !== undefined);
  if (asking?.asked !== undefined && asking.first !== undefined) {
    return { kind: 'ask', question: asking.asked, failure: asking.first };
  }
  const mistake = results.find(({ failure }) => failure?.kind === 'invalid_model_output')?.failure;
  return mistake === undefined ? { kind: 'go_on' } : feedBack(context, mistake);
}

/** What a person has to go on with, where there are people. */
function forPeople(
  { pinned }: TurnContext,
  results: readonly Called[],
  limit: Exceeded | undefined,
): Failure | undefined {
  if (pinned.passedOn === undefined) return undefined;
  // What may have happened is for a person to find out, and nothing may be built on it meanwhile.
  const doubtful = results.find(({ outcome }) => outcome === 'unknown');
  if (doubtful !== undefined) {
    return doubtful.failure ?? { kind: 'effect_unknown', message: 'it is not known whether a change happened' };
  }
  const escalating = results.find(({ escalates }) => escalates === true);
  if (escalating?.first !== undefined) return escalating.first;
  return limit === undefined ? undefined : failureOf(limit);
}

/** The limit that kept some of the calls from being made, where the next turn would meet it again. */
function limitOfMany(calls: number, left: ToolCallsLeft | undefined): Exceeded | undefined {
  return left !== undefined && left.calls < calls && left.limit.scope !== 'turn' ? left.limit : undefined;
}

async function callOne(
  context: TurnContext,
  step: number,
  tool: AskedTool,
  index: number,
  left: ToolCallsLeft | undefined,
): Promise<Called> {
  const { pinned, turn, past } = context;
  const key = { turn, step, call: index + 1, agent: pinned.agent, revision: pinned.revision };
  const denied =
    denialOf(pinned, tool.name, index) ?? limitReached(index, left) ?? repetitionOf(past, tool.name, tool.arguments);
  if (denied !== undefined) return callTool({ ...key, denied });

  const rule = pinned.tools[tool.name];
  const stopped = stoppedByBreaker(context, step, tool.name, index);
  if (rule?.offers === undefined) {
    const result = await callTool(
      stopped === undefined ? key : { ...key, recovery: { kind: 'stop', failure: stopped, attempts: 0 } },
    );
    return withFirst(result, result.failure);
  }
  const result: ToolCallResult =
    stopped === undefined
      ? await callTool({ ...key, open: true })
      : { outcome: 'failed', failure: stopped, open: { attempts: 0 } };
  if (result.failure === undefined) return result;
  if (result.open === undefined) return asItEnded(context, rule, result, result.failure);
  return recoverCall(context, key, rule, result.failure, result.open.attempts);
}

/** A failure that a process kept before it died was the end of the ladder: the same end as it would have now. */
function asItEnded(context: TurnContext, rule: PinnedTool, result: ToolCallResult, first: Failure): Called {
  const last = recoveryOf(context, rule, first, ['retry_later', 'cached_result', 'alternative_tool'], 'open');
  return endedBy(last, withFirst(result, first));
}

function recoveryOf(
  context: TurnContext,
  rule: PinnedTool,
  failure: Failure,
  tried: readonly Recovery['kind'][],
  breaker: 'open' | 'closed',
): Recovery {
  return recover({
    failure,
    call: { of: 'tool', effect: rule.sideEffect ? 'not_begun' : 'none' },
    tried,
    offers: offersOf(context.pinned, rule),
    breaker,
    left: leftFor(failure, context.pinned),
    fedBack: context.fedBack,
  });
}

/** What the end of a ladder means for the turn. */
function endedBy(recovery: Recovery, called: Called): Called {
  if (recovery.kind === 'escalate') return { ...called, escalates: true };
  return recovery.kind === 'ask_customer' ? { ...called, asked: recovery.question } : called;
}

/** Down the tool's fallbacks, until one answers or none is left. */
async function recoverCall(
  context: TurnContext,
  key: ToolCallInput,
  rule: PinnedTool,
  first: Failure,
  attempts: number,
): Promise<Called> {
  const tried: Recovery['kind'][] = [];
  for (let rung = 1; ; rung++) {
    const recovery = recoveryOf(context, rule, first, tried, first.kind === 'upstream_down' ? 'open' : 'closed');
    tried.push(recovery.kind);
    if (recovery.kind === 'retry_later') await sleep(recovery.afterMs);
    const next = toolRecoveryOf(recovery, first);
    const last = next?.kind === 'stop';
    const result = await callTool({
      ...{ ...key, rung },
      ...(next === undefined ? {} : { recovery: next }),
      ...(last ? {} : { open: true as const }),
    });
    if (result.open !== undefined) continue;
    return endedBy(recovery, withFirst(result, first));
  }

  function toolRecoveryOf(recovery: Recovery, failure: Failure): ToolRecovery | undefined {
    switch (recovery.kind) {
      case 'retry_later':
        return undefined;
      case 'cached_result':
        return { kind: 'cached_result' };
      case 'alternative_tool':
        return { kind: 'alternative_tool', tool: recovery.tool };
      case 'ask_customer':
        return { kind: 'stop', failure, attempts, asked: recovery.question };
      default:
        return { kind: 'stop', failure, attempts };
    }
  }
}

function isAllowed({ tools }: PinnedManifest, tool: string): boolean {
  const permission = tools[tool]?.permission;
  return permission === 'allow' || permission === 'rules';
}

/** The alternative must be allowed for itself. */
function offersOf(pinned: PinnedManifest, { offers }: PinnedTool) {
  const { cached = false, alternative, ask, escalate = false } = offers ?? {};
  const allowed = alternative !== undefined && isAllowed(pinned, alternative);
  return {
    ...{ models: 0, cached, escalate },
    ...(allowed ? { alternative } : {}),
    ...(ask === undefined ? {} : { ask }),
  };
}

/** The model may go on with what it has. */
function limitReached(index: number, left: ToolCallsLeft | undefined): string | undefined {
  if (left === undefined || index < left.calls) return undefined;
  return `${wordsOf(left.limit)} The call was not made; answer with what you have.`;
}

/** Why this conversation leaves the tool alone, where it does. */
function stoppedByBreaker(context: TurnContext, step: number, tool: string, index: number): Failure | undefined {
  const { breakers, turn } = context;
  const { breaker, admission } = admit(breakers[tool] ?? CLOSED, `${turn}/${step}/${index}`, turn, BREAKER);
  if (breaker !== CLOSED) breakers[tool] = breaker;
  if (admission.kind !== 'refused') return undefined;
  return { kind: 'upstream_down', message: `${tool} failed ${BREAKER.threshold} times in a row in this conversation.` };
}

/** For the breaker, and to tell when the model only repeats itself. */
function remember(
  { breakers, past, turn }: TurnContext,
  step: number,
  tool: AskedTool | undefined,
  index: number,
  { outcome, digest, first }: Called,
): void {
  if (tool === undefined || neverRan(outcome)) return;
  const before = breakers[tool.name] ?? CLOSED;
  const breaker = record(before, `${turn}/${step}/${index}`, outcomeShownBy(first?.kind), turn, BREAKER);
  if (breaker !== CLOSED) breakers[tool.name] = breaker;
  if (digest !== undefined) past.push({ tool: tool.name, arguments: tool.arguments, result: digest });
}

/** The model reads what was wrong and may mend it, but not for ever. */
function feedBack(context: TurnContext, failure: Failure): StepResult {
  const { kind } = recover({
    failure,
    call: { of: 'tool', effect: 'none' },
    tried: [],
    offers: { models: 0, cached: false, escalate: false },
    breaker: 'closed',
    left: leftFor(failure, context.pinned),
    fedBack: context.fedBack,
  });
  if (kind !== 'feed_back') return { kind: 'fail', failure };
  context.fedBack += 1;
  return { kind: 'go_on' };
}

function withFirst(result: ToolCallResult, first: Failure | undefined): Called {
  return first === undefined ? result : { ...result, first };
}
