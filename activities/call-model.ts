/**
 * One model call. The first of a turn opens the turn, the one that answers closes it. What was already done is found in
 * the journal and not done again.
 */
import type { ModelCallInput, ModelCallResult } from '../core/activities.ts';
import { backoffMs } from '../core/backoff.ts';
import { type Account, charge, exceeded, failureOf, RESERVE, type Spending, toolCallsLeft } from '../core/budget.ts';
import { type Failure, FailureError, isSpent, mayRetry } from '../core/failure.ts';
import { type FallbackModel, type Limits, type Manifest, modelNameOf } from '../core/manifest.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import { inTime } from '../core/recovery.ts';
import type { Verdict } from '../core/verdict.ts';
import { type PromptRow, promptOf, windowOf } from '../core/window.ts';
import { recordSpent } from '../db/calls.ts';
import { dropHeld } from '../db/held-calls.ts';
import { type OpenTurn, openTurn } from '../db/opening.ts';
import { closeReplied, closeWithoutReply, journalRequest, type ModelRecord } from '../db/turns.ts';
import { withhold } from '../db/verdicts.ts';
import { instructionsWithCanary } from '../guardrails/output/canary.ts';
import { costUsd, tokensOf } from '../telemetry/pricing.ts';
import { answerTo, settleHeld } from './ask-to-confirm.ts';
import { type Attempt, HeldElsewhere, conversationName as nameOf } from './attempt.ts';
import type { Calling } from './calling.ts';
import { digestOf } from './digest.ts';
import { classify } from './failure.ts';
import { ModelCallError, type ModelReply } from './model.ts';
import { takeForPerson } from './person-turn.ts';
import { releaseSegments } from './release-segments.ts';
import { BY_AN_EARLIER_ATTEMPT, STOPPED_MESSAGE, screenMessage, stopMessage } from './screen-input.ts';
import { replyScreen, STOPPED_REPLY, stop } from './screen-reply.ts';
import { screenTopic } from './screen-scope.ts';
import type { RememberedTurn } from './turn-memory.ts';

/** An answer that cannot be kept is looked for in the journal; where it is not there either, something is broken. */
const MOST_LOOKS = 3;

/** `said`: what was found about the message, where this is the turn's first step. */
type Opened = { readonly result: ModelCallResult } | (RememberedTurn & { readonly said?: readonly Verdict[] });

/** What was found about a message that passed, or the end of its turn. */
type Admitted = { readonly said: readonly Verdict[] } | { readonly result: ModelCallResult };

/** A prompt that did not fit is tried again with this part of the window. */
const SHRUNK = 1 / 4;

export function callModel({ deps, findManifest, memory, clock, breakers }: Calling) {
  return async (input: ModelCallInput, attempt: Attempt): Promise<ModelCallResult> => {
    const manifest = await findManifest(input.agent, input.revision);
    for (let look = 0; look < MOST_LOOKS; look++) {
      const opened = await open(input, attempt, manifest);
      if ('result' in opened) return opened.result;
      if (attempt.exhausted !== undefined) throw new FailureError(attempt.exhausted);
      const reply = await complete(input, attempt, manifest, opened);
      deps.crash?.('after_model_answer', attempt.conversation, input.turn);
      const result = await keep(input, attempt, manifest, opened, reply);
      if (result !== undefined) return result;
      // Another process answered this step first. Its answer counts; look at it.
      memory.forget(nameOf(attempt.conversation));
    }
    throw new FailureError({ kind: 'internal', message: `step ${input.step} was answered but could not be kept` });
  };

  /** @param before what was found about the message, where it was looked at already */
  async function open(input: ModelCallInput, attempt: Attempt, manifest: Manifest, before?: Admitted): Promise<Opened> {
    const { turn, step } = input;
    const name = nameOf(attempt.conversation);
    const remembered = memory.recall(name, turn, step);
    if (remembered !== undefined) return remembered;

    const { limits, budgets } = manifest;
    const counted = budgets !== undefined;
    const found = await openTurn(deps.database, attempt.conversation, input, deps.holder, { ...limits, counted });
    if (found === undefined || !found.claimed) {
      if (step === 1) return { result: { kind: 'nothing' } };
      // A database that lost its last commits, in a fail-over to a replica that lagged, say.
      throw new FailureError({ kind: 'internal', message: `turn ${turn} has lost its message` });
    }
    deps.crash?.('after_claim', attempt.conversation, turn);
    if (found.closed !== undefined) return { result: { kind: 'closed', ...found.closed } };
    const asked = found.rows.find((row) => row.turn === turn && row.step === step && row.call === 0);
    const { customer, account, handBacks } = found;
    memory.remember(name, { turn, customer, rows: found.rows, account, handBacks });
    if (asked?.role === 'agent') {
      // A reply without tools closes its turn, unless a guardrail stopped it.
      if (asked.toolCalls.length > 0) return { result: toolsOf(asked.toolCalls, manifest, account) };
      if (asked.text === STOPPED_REPLY) stop('by an earlier attempt');
      return { result: { kind: 'again' } };
    }
    if (found.held) throw new HeldElsewhere();
    // A workflow task that was lost asks again: what failed for good then is not called again.
    if (found.failed !== undefined && isSpent(found.failed.failure, found.failed.attempts)) {
      memory.forget(name);
      throw new FailureError(found.failed.failure);
    }
    const taken = await takeForPerson(deps.database, attempt.conversation, input, manifest, found);
    if (taken === 'again') return open(input, attempt, manifest, before);
    if (taken !== 'agent') {
      memory.forget(name);
      return { result: taken };
    }
    if (step > 1) return { turn, customer, rows: [...found.rows], account, handBacks };
    const admitted = before ?? (await admit(input, attempt, manifest, found));
    if ('result' in admitted) return admitted;
    if (found.heldBefore) {
      await settleHeld(deps.database, attempt.conversation, turn, manifest.revision, found);
      return open(input, attempt, manifest, admitted);
    }
    return { turn, customer, rows: [...found.rows], account, handBacks, said: admitted.said };
  }

  /** The turn's message passes, or the turn is over: it wants to give orders, or is about something else. */
  async function admit(
    { turn }: ModelCallInput,
    attempt: Attempt,
    manifest: Manifest,
    { rows, waiting }: OpenTurn,
  ): Promise<Admitted> {
    const message = rows.find((row) => row.turn === turn && row.role === 'customer');
    if (message?.text === STOPPED_MESSAGE) stopMessage(BY_AN_EARLIER_ATTEMPT);
    if (message === undefined) return { said: [] };
    const verdict = screenMessage(manifest, message.text);
    const said = verdict === undefined ? [] : [verdict];
    if (verdict !== undefined && verdict.verdict !== 'pass') {
      await withhold(deps.database, attempt.conversation, { turn, step: 0, call: 0 }, said, STOPPED_MESSAGE);
      memory.forget(nameOf(attempt.conversation));
      return stopMessage(verdict);
    }
    const scope = manifest.guardrails?.scope;
    if (scope === undefined) return { said };
    const isAnswer = waiting.length > 0 && answerTo(waiting, message.text) !== 'other';
    const topic = await screenTopic(deps, scope, message, rows, isAnswer);
    const all = [...said, topic.verdict];
    if (topic.verdict.verdict === 'pass') return { said: all };
    memory.forget(nameOf(attempt.conversation));
    if (topic.decline === undefined) return stopMessage(topic.verdict);
    if (waiting.length > 0) await dropHeld(deps.database, attempt.conversation, turn, 'lapsed');
    return decline(turn, attempt, topic.decline, all);
  }

  /** Off topic: nothing went wrong, and nobody has to look. One statement, so a process that dies before it declines again. */
  async function decline(
    turn: number,
    { conversation }: Attempt,
    customerHears: string,
    verdicts: readonly Verdict[],
  ): Promise<Admitted> {
    const end = { turn, outcome: 'refused', customerHears, verdicts } as const;
    const { outcome, more } = await closeWithoutReply(deps.database, conversation, end);
    deps.crash?.('after_reply_row', conversation, turn);
    return { result: { kind: 'closed', outcome, more } };
  }

  async function complete(
    input: ModelCallInput,
    attempt: Attempt,
    manifest: Manifest,
    opened: RememberedTurn,
  ): Promise<ModelReply> {
    const { instructions, tools } = manifest;
    const model = modelOf(manifest, input);
    const name = nameOf(attempt.conversation);
    const leftMs = clock.leftMs(name, input.turn, manifest.limits.turnMs);
    if (leftMs <= 0) throw new FailureError({ kind: 'budget_exceeded', message: 'the time of the turn is over' });
    checkBudgets(manifest, input, opened);
    const released = releaseSegments(
      deps,
      attempt,
      input,
      replyScreen(manifest, opened.customer, opened.rows, opened.handBacks).preview,
    );
    const ask = () =>
      deps.model.complete(
        {
          model: model.name,
          provider: model.provider,
          timeoutMs: Math.min(model.timeoutMs, leftMs),
          temperature: model.temperature,
          maxOutputTokens: model.maxOutputTokens,
          messages: promptOf(
            instructionsWithCanary(instructions, manifest.revision),
            opened.customer,
            windowOf(opened.rows, limitsOf(manifest, input)),
            opened.handBacks,
          ),
          tools: tools.filter((tool) => tool.permission !== 'deny'),
          conversation: attempt.conversation,
          turn: input.turn,
          step: input.step,
          attempt: attempt.number,
        },
        { signal: attempt.signal, onText: released.add },
      );
    try {
      return await breakers.guard({
        service: `model:${modelNameOf(model)}`,
        id: `${name}/${input.turn}/${input.step}`,
        signal: attempt.signal,
        work: ask,
        classify,
      });
    } catch (error) {
      memory.forget(name);
      await keepSpent(input, attempt, manifest, error);
      throw nextInTime(classify(error), error, attempt, leftMs);
    } finally {
      await released.end();
    }
  }

  /** A call that failed may have cost money all the same, and counts where the service says what it took. */
  async function keepSpent(input: ModelCallInput, attempt: Attempt, manifest: Manifest, error: unknown): Promise<void> {
    if (!(error instanceof ModelCallError) || error.usage === null) return;
    const model = modelOf(manifest, input);
    const spent = { tokens: tokensOf(error.usage), usd: costUsd(model, model.name, error.usage) ?? 0 };
    await recordSpent(deps.database, attempt.conversation, input, deps.holder, attempt.number, spent);
  }

  /** @returns `undefined` where another process's answer to this step came first */
  async function keep(
    input: ModelCallInput,
    attempt: Attempt,
    manifest: Manifest,
    opened: RememberedTurn & { readonly said?: readonly Verdict[] },
    reply: ModelReply,
  ): Promise<ModelCallResult | undefined> {
    const { database } = deps;
    const name = nameOf(attempt.conversation);
    const record: ModelRecord = {
      turn: input.turn,
      step: input.step,
      revision: manifest.revision,
      model: reply.model,
      finishReason: reply.finishReason,
      usage: reply.usage,
      tokens: tokensOf(reply.usage),
      costUsd: costUsd(modelOf(manifest, input), reply.model, reply.usage),
      attempts: attempt.number,
      ms: reply.ms,
      ...(opened.said === undefined || opened.said.length === 0 ? {} : { verdicts: opened.said }),
    };
    const text = reply.text ?? '';
    const { tokens, costUsd: usd, ms } = record;
    if (reply.toolCalls.length === 0) {
      memory.forget(name);
      const screened = replyScreen(manifest, opened.customer, opened.rows, opened.handBacks).whole(text);
      const verdicts = [...(record.verdicts ?? []), ...screened.verdicts];
      const { stopped, mend } = screened;
      if (stopped !== undefined || mend !== undefined) {
        // Told once, a model that goes on like that is not told again; nor is one that has no step left to say it otherwise.
        const told = opened.rows.some((row) => wasFedBack(row, input.turn));
        const again = stopped === undefined && !told && input.step < manifest.limits.steps;
        const shown = again ? `${NOT_SENT} ${mend}` : STOPPED_REPLY;
        if (!(await journalRequest(database, attempt.conversation, text, [], { ...record, verdicts, shown })))
          return undefined;
        return again ? { kind: 'again' } : stop(stopped ?? 'told once, it says the same again');
      }
      const said = withAge(screened.text, opened.rows, input.turn);
      const closed = await closeReplied(database, attempt.conversation, said, { ...record, verdicts });
      deps.crash?.('after_reply_row', attempt.conversation, input.turn);
      return closed === undefined ? undefined : { kind: 'closed', ...closed };
    }
    if (!(await journalRequest(database, attempt.conversation, text, reply.toolCalls, record))) return undefined;
    deps.crash?.('after_model_row', attempt.conversation, input.turn);
    const spending: Spending = { steps: 1, tokens, usd, ms };
    const row = { turn: input.turn, step: input.step, call: 0, text, toolCalls: reply.toolCalls };
    // Before it is remembered: what is remembered may be what was opened.
    const account = opened.account && charge(opened.account, spending);
    memory.add(name, { ...row, role: 'agent' }, spending);
    return toolsOf(reply.toolCalls, manifest, account);
  }
}

/** What the model is told in place of its reply. */
const NOT_SENT =
  'Your last reply was not sent to the customer, because something in it may not be said. Write the reply again without it, from ' +
  'what the tools returned, and do not speak of this note. What was wrong:';

function wasFedBack(row: PromptRow, turn: number): boolean {
  return row.turn === turn && row.role === 'agent' && row.notSent === true;
}

function toolsOf(
  toolCalls: readonly RequestedToolCall[],
  { budgets }: Manifest,
  account: Account | undefined,
): ModelCallResult {
  const tools = toolCalls.map((call) => ({ name: call.name.slice(0, 64), arguments: digestOf(call.arguments) }));
  const left = budgets !== undefined && account !== undefined ? toolCallsLeft(budgets, account) : undefined;
  // Told only where it matters: all of it is kept in history.
  return left !== undefined && left.calls < tools.length ? { kind: 'tools', tools, left } : { kind: 'tools', tools };
}

/** The first model leaves the reserve to the one that goes on for less. @throws FailureError `budget_exceeded` */
function checkBudgets({ budgets, model }: Manifest, input: ModelCallInput, { account }: RememberedTurn): void {
  if (budgets === undefined || account === undefined) return;
  const keepsReserve = (input.model ?? 0) === 0 && model.fallbacks !== undefined;
  const reached = exceeded(budgets, account, 'model', keepsReserve ? 1 - RESERVE : 1);
  if (reached !== undefined) throw new FailureError(failureOf(reached));
}

function modelOf({ model }: Manifest, { model: index = 0 }: ModelCallInput): FallbackModel {
  return index === 0 ? model : (model.fallbacks?.[index - 1] ?? model);
}

function limitsOf({ limits }: Manifest, { shrunk }: ModelCallInput): Limits {
  if (shrunk !== true) return limits;
  const part = (value: number) => Math.ceil(value * SHRUNK);
  return { ...limits, windowRows: part(limits.windowRows), windowTokens: part(limits.windowTokens) };
}

/** The failure; `final` where the turn's time would be over before another attempt. */
function nextInTime(failure: Failure, error: unknown, attempt: Attempt, leftMs: number): unknown {
  const wouldWait = mayRetry(failure.kind, attempt.number) && failure.kind !== 'database';
  if (!wouldWait) return new FailureError(inTime(failure, leftMs), { cause: error });
  if (backoffMs(failure, attempt.number) < leftMs) return error;
  return new FailureError({ ...failure, final: true }, { cause: error });
}

/** The customer hears of data that is old, whatever the model makes of it. */
function withAge(text: string, rows: readonly PromptRow[], turn: number): string {
  const ages = rows.flatMap((row) =>
    row.turn === turn && row.role === 'tool' && row.asOf !== undefined ? [row.asOf] : [],
  );
  const oldest = ages.toSorted()[0];
  if (oldest === undefined) return text;
  const when = `${oldest.slice(0, 10)} ${oldest.slice(11, 16)} UTC`;
  return `${text}\n\n(Part of this is as of ${when}; newer information cannot be reached right now.)`;
}
