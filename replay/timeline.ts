/**
 * What happened in a conversation, turn by turn. With the ledger (through the API) it says who said what and what it cost;
 * from a history alone, which holds no words, it says which calls were made and how long they took.
 */
import type { Trace } from '../client/index.ts';
import type { HistoryEvent, Run } from './history.ts';
import { localActivityOf } from './marker.ts';
import { jsonOf } from './payload.ts';
import { timeOf } from './time.ts';

export interface TimelineLine {
  readonly who: 'customer' | 'model' | 'tool' | 'engine' | 'outcome';
  readonly what: string;
  readonly text?: string;
  /** How long it took, in milliseconds. */
  readonly ms?: number;
  /** Only where there was more than one. */
  readonly attempts?: number;
  readonly costUsd?: number;
}

export interface TimelinePart {
  readonly title: string;
  readonly lines: readonly TimelineLine[];
}

/** From the ledger. */
export function timelineOfTrace(turns: Trace['turns']): readonly TimelinePart[] {
  return turns.map((turn) => ({
    title: `turn ${turn.turn}`,
    lines: [
      ...(turn.message === null ? [] : [{ who: 'customer', what: 'says', text: turn.message.text } as const]),
      ...turn.steps.flatMap(stepLines),
      ...turn.pending.map(
        (call): TimelineLine => ({
          who: call.call === 0 ? 'model' : 'tool',
          what: `step ${call.step} is being tried`,
          attempts: call.attempts,
          ...(call.lastFailure === null ? {} : { text: `${call.lastFailure.kind}: ${call.lastFailure.message}` }),
        }),
      ),
      endLine(turn),
    ],
  }));
}

type TracedTurn = Trace['turns'][number];
type TracedStep = TracedTurn['steps'][number];

function stepLines(step: TracedStep): readonly TimelineLine[] {
  const asked = step.toolCalls.map((call) => call.name);
  const made: TimelineLine = {
    who: 'model',
    what: `${step.model ?? 'no answer'}, ${asked.length === 0 ? 'answers' : `asks for ${asked.join(', ')}`}`,
    text: step.text,
    ...figures(step),
    ...(step.costUsd === null ? {} : { costUsd: step.costUsd }),
  };
  const results = step.tools.map(
    (tool): TimelineLine => ({
      who: 'tool',
      what: `${tool.tool ?? ''}: ${tool.outcome ?? 'unknown'}`,
      text: tool.text,
      ...figures(tool),
    }),
  );
  return [made, ...results];
}

function endLine({ end, ms, costUsd }: TracedTurn): TimelineLine {
  if (end === null) return { who: 'outcome', what: 'the turn goes on' };
  const why = end.failure === null ? '' : ` (${end.failure.kind}: ${end.failure.message})`;
  return { who: 'outcome', what: `${end.outcome}${why}`, costUsd, ...(ms === null ? {} : { ms }) };
}

function figures({ ms, attempts }: { readonly ms: number | null; readonly attempts: number }) {
  return { ...(ms === null ? {} : { ms }), ...(attempts > 1 ? { attempts } : {}) };
}

/** From a history: one part a turn; what came before a turn and after the last is shown where it stands. */
export function timelineOfRun({ history }: Run): readonly TimelinePart[] {
  const parts: TimelineLine[][] = [[]];
  const events = history.events ?? [];
  const regular: RegularCalls = { scheduled: new Map(), started: new Map() };
  // When the call that is read next can have begun: with its workflow task, or when the call before it ended.
  let last = timeOf(events[0]?.eventTime);
  for (const event of events) {
    noteRegular(regular, event);
    const call = callIn(event, regular, last);
    const line = call?.line ?? engineLine(event);
    if (line !== undefined) parts.at(-1)?.push(line);
    if (event.workflowTaskStartedEventAttributes) last = timeOf(event.eventTime);
    // The tools of one step run side by side: all of them begin when the model has asked.
    if (call !== undefined && call.line.who !== 'tool') last = Math.max(last, call.endedAt);
    if (call?.closes === true) parts.push([]);
  }
  return parts
    .map((lines, index) => ({ title: `turn ${index + 1} of the run`, lines }))
    .filter(({ lines }) => lines.length > 0);
}

/** Regular activities, by the id of the event that scheduled them. */
interface RegularCalls {
  readonly scheduled: Map<string, HistoryEvent>;
  readonly started: Map<string, HistoryEvent>;
}

function noteRegular({ scheduled, started }: RegularCalls, event: HistoryEvent): void {
  if (event.activityTaskScheduledEventAttributes) scheduled.set(String(event.eventId), event);
  const begun = event.activityTaskStartedEventAttributes;
  if (begun) started.set(String(begun.scheduledEventId), event);
}

interface Call {
  readonly line: TimelineLine;
  readonly endedAt: number;
  readonly closes: boolean;
}

/** A call that ended with this event, as a local activity or as a regular one. */
function callIn(event: HistoryEvent, regular: RegularCalls, last: number): Call | undefined {
  const local = localActivityOf(event);
  if (local !== undefined) {
    const result = local.outcome.kind === 'result' ? local.outcome.result : 'failed';
    return callOf(local.activityType, result, Math.max(0, local.endedAt - last), local.endedAt, local.attempt);
  }
  const end = regularEnd(event);
  if (end === undefined) return undefined;
  const began = regular.scheduled.get(end.scheduledEventId);
  const name = began?.activityTaskScheduledEventAttributes?.activityType?.name ?? 'an activity';
  const endedAt = timeOf(event.eventTime);
  const attempts = regular.started.get(end.scheduledEventId)?.activityTaskStartedEventAttributes?.attempt ?? 1;
  return callOf(name, end.result, endedAt - timeOf(began?.eventTime), endedAt, attempts);
}

/** How a regular activity ended, if it did with this event. */
function regularEnd(event: HistoryEvent): { readonly scheduledEventId: string; readonly result: unknown } | undefined {
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    return { scheduledEventId: String(completed.scheduledEventId), result: jsonOf(completed.result?.payloads?.[0]) };
  }
  const failed = event.activityTaskFailedEventAttributes;
  if (failed) {
    const kind = failed.failure?.applicationFailureInfo?.type;
    return { scheduledEventId: String(failed.scheduledEventId), result: kind ?? 'failed' };
  }
  const timedOut = event.activityTaskTimedOutEventAttributes;
  if (timedOut) return { scheduledEventId: String(timedOut.scheduledEventId), result: 'timed out' };
  const canceled = event.activityTaskCanceledEventAttributes;
  return canceled ? { scheduledEventId: String(canceled.scheduledEventId), result: 'cancelled' } : undefined;
}

function callOf(name: string, result: unknown, ms: number, endedAt: number, attempts: number): Call {
  const who = name === 'callModel' ? 'model' : name === 'callTool' ? 'tool' : 'engine';
  const said = isObject(result) && typeof result['kind'] === 'string' ? result['kind'] : summaryOf(result);
  const closes = name === 'closeTurn' || said === 'closed';
  const line: TimelineLine = { who, what: `${name}: ${said}`, ms, ...(attempts > 1 ? { attempts } : {}) };
  return { line, endedAt, closes };
}

function summaryOf(result: unknown): string {
  if (!isObject(result)) return typeof result === 'string' ? result : 'done';
  const outcome = result['outcome'];
  return typeof outcome === 'string' ? outcome : 'done';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** What else an engineer wants to see of a run. */
function engineLine(event: HistoryEvent): TimelineLine | undefined {
  const signal = event.workflowExecutionSignaledEventAttributes?.signalName;
  if (signal) return { who: 'engine', what: `signal ${signal}` };
  if (event.workflowTaskTimedOutEventAttributes)
    return { who: 'engine', what: 'a workflow task was lost with its worker' };
  if (event.workflowTaskFailedEventAttributes) return { who: 'engine', what: 'a workflow task failed' };
  if (event.workflowExecutionContinuedAsNewEventAttributes) return { who: 'engine', what: 'continued as new' };
  if (event.workflowExecutionCompletedEventAttributes) return { who: 'engine', what: 'the run completed' };
  if (event.workflowExecutionCanceledEventAttributes) return { who: 'engine', what: 'the run was cancelled' };
  if (event.workflowExecutionTerminatedEventAttributes) return { who: 'engine', what: 'the run was terminated' };
  return undefined;
}
