/**
 * What happened in a conversation, turn by turn. With the ledger (through the API) it says who said what and what it cost;
 * from a history alone, which holds no words, it says which calls were made and how long they took.
 */
import type { Trace } from '../client/index.ts';
import type { HistoryEvent, Run } from './history.ts';
import { localActivityOf } from './marker.ts';
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
  const scheduled = new Map<string, HistoryEvent>();
  let last = timeOf(events[0]?.eventTime);
  for (const event of events) {
    if (event.activityTaskScheduledEventAttributes) scheduled.set(String(event.eventId), event);
    const call = callIn(event, scheduled, last);
    const line = call?.line ?? engineLine(event);
    if (line !== undefined) parts.at(-1)?.push(line);
    last = call?.endedAt ?? Math.max(last, timeOf(event.eventTime));
    if (call?.closes === true) parts.push([]);
  }
  return parts
    .map((lines, index) => ({ title: `turn ${index + 1} of the run`, lines }))
    .filter(({ lines }) => lines.length > 0);
}

interface Call {
  readonly line: TimelineLine;
  readonly endedAt: number;
  readonly closes: boolean;
}

/** A call that ended with this event, as a local activity or as a regular one. */
function callIn(event: HistoryEvent, scheduled: ReadonlyMap<string, HistoryEvent>, last: number): Call | undefined {
  const local = localActivityOf(event);
  if (local !== undefined) {
    const result = local.outcome.kind === 'result' ? local.outcome.result : 'failed';
    return callOf(local.activityType, result, Math.max(0, local.endedAt - last), local.endedAt, local.attempt);
  }
  const attributes = event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes;
  if (!attributes) return undefined;
  const began = scheduled.get(String(attributes.scheduledEventId));
  const name = began?.activityTaskScheduledEventAttributes?.activityType?.name ?? 'an activity';
  const endedAt = timeOf(event.eventTime);
  const kind = event.activityTaskFailedEventAttributes?.failure?.applicationFailureInfo?.type;
  return callOf(name, kind ?? 'went on as a regular activity', endedAt - timeOf(began?.eventTime), endedAt, 1);
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
