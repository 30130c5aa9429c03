/** Commands, in one form for both sides: as the history kept them, and as today's code makes them. */
import type { HistoryEvent } from './history.ts';
import { localActivityOf } from './marker.ts';
import type { SentCommand } from './recorder-sinks.ts';

export type CommandKind =
  | 'local activity'
  | 'activity'
  | 'activity cancellation'
  | 'timer'
  | 'timer cancellation'
  | 'patch marker'
  | 'child workflow'
  | 'signal to another workflow'
  | 'completion of the run'
  | 'failure of the run'
  | 'cancellation of the run'
  | 'continue-as-new';

export interface Command {
  readonly kind: CommandKind;
  /** Type of the activity or workflow, name of the patch or signal. */
  readonly name?: string;
  /** Its number among the commands of its kind, from 1. */
  readonly seq?: number;
}

/** A command that the history holds. */
export interface RecordedCommand extends Command {
  readonly eventId: number;
  readonly eventType: string;
  /** The event that started the workflow task in which it was recorded. */
  readonly startedEventId: number;
}

/** A command that today's code made. */
export interface MadeCommand extends Command {
  /** The event that started the workflow task in which it was made. */
  readonly startedEventId: number;
}

/** In the order of the history. A local activity stands where it ended: only its end is recorded. */
export function recordedCommands(events: readonly HistoryEvent[]): readonly RecordedCommand[] {
  const startOf = new Map<number, number>();
  const recorded: RecordedCommand[] = [];
  for (const event of events) {
    const eventId = Number(event.eventId);
    const completed = event.workflowTaskCompletedEventAttributes;
    if (completed) startOf.set(eventId, Number(completed.startedEventId));
    const found = commandIn(event);
    if (found === undefined) continue;
    const { task, eventType, ...command } = found;
    recorded.push({ ...command, eventId, eventType, startedEventId: startOf.get(Number(task)) ?? eventId });
  }
  return recorded;
}

/**
 * Whether the history holds everything its code has asked for: the last workflow task is completed and no other is due. (A
 * task kept alive by a long local activity is followed by another at once.)
 */
export function isSettled(events: readonly HistoryEvent[]): boolean {
  const completed = events.findLastIndex((event) => event.workflowTaskCompletedEventAttributes);
  const due = events.findLastIndex((event) => event.workflowTaskScheduledEventAttributes);
  return completed > due && due >= 0;
}

interface Found extends Command {
  readonly eventType: string;
  /** The event that completed the workflow task. */
  readonly task: unknown;
}

function commandIn(event: HistoryEvent): Found | undefined {
  for (const [key, kind, name] of EVENTS) {
    const attributes = event[key];
    if (!attributes) continue;
    const text = name(event);
    const task = 'workflowTaskCompletedEventId' in attributes ? attributes.workflowTaskCompletedEventId : undefined;
    return { kind, eventType: typeOf(key), task, ...(text ? { name: text } : {}) };
  }
  const marker = event.markerRecordedEventAttributes;
  if (!marker) return undefined;
  const common = { eventType: 'MarkerRecorded', task: marker.workflowTaskCompletedEventId };
  const local = localActivityOf(event);
  if (local !== undefined) return { kind: 'local activity', name: local.activityType, seq: local.seq, ...common };
  return { kind: 'patch marker', ...common };
}

const unnamed = () => undefined;

type AttributesKey = Extract<keyof HistoryEvent, `${string}EventAttributes`>;

const EVENTS: readonly (readonly [AttributesKey, CommandKind, (event: HistoryEvent) => string | null | undefined])[] = [
  [
    'activityTaskScheduledEventAttributes',
    'activity',
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name,
  ],
  ['activityTaskCancelRequestedEventAttributes', 'activity cancellation', unnamed],
  ['timerStartedEventAttributes', 'timer', unnamed],
  ['timerCanceledEventAttributes', 'timer cancellation', unnamed],
  [
    'startChildWorkflowExecutionInitiatedEventAttributes',
    'child workflow',
    (event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType?.name,
  ],
  ['signalExternalWorkflowExecutionInitiatedEventAttributes', 'signal to another workflow', unnamed],
  ['workflowExecutionCompletedEventAttributes', 'completion of the run', unnamed],
  ['workflowExecutionFailedEventAttributes', 'failure of the run', unnamed],
  ['workflowExecutionCanceledEventAttributes', 'cancellation of the run', unnamed],
  ['workflowExecutionContinuedAsNewEventAttributes', 'continue-as-new', unnamed],
];

function typeOf(key: AttributesKey): string {
  const name = key.slice(0, -'EventAttributes'.length);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const SENT: Readonly<Record<string, CommandKind>> = {
  scheduleLocalActivity: 'local activity',
  scheduleActivity: 'activity',
  requestCancelActivity: 'activity cancellation',
  startTimer: 'timer',
  cancelTimer: 'timer cancellation',
  setPatchMarker: 'patch marker',
  startChildWorkflowExecution: 'child workflow',
  signalExternalWorkflowExecution: 'signal to another workflow',
  completeWorkflowExecution: 'completion of the run',
  failWorkflowExecution: 'failure of the run',
  cancelWorkflowExecution: 'cancellation of the run',
  continueAsNewWorkflowExecution: 'continue-as-new',
};

/** Kinds after which a run makes no more commands. */
const LAST: ReadonlySet<CommandKind> = new Set<CommandKind>([
  'completion of the run',
  'failure of the run',
  'cancellation of the run',
  'continue-as-new',
]);

/**
 * What the code made, without what leaves no event: answers to queries, and what was asked for and called off in the same
 * workflow task.
 */
export function madeCommands(
  sent: readonly { readonly startedEventId: number; readonly commands: readonly SentCommand[] }[],
): readonly MadeCommand[] {
  const made: MadeCommand[] = [];
  for (const { startedEventId, commands } of sent) {
    for (const { command, seq, name } of commands) {
      const kind = SENT[command];
      if (kind === undefined) continue;
      const calledOff = CALLED_OFF[command];
      const of = made.findIndex(
        (one) => one.kind === calledOff && one.seq === seq && one.startedEventId === startedEventId,
      );
      if (of >= 0) {
        made.splice(of, 1);
        continue;
      }
      const last = made.at(-1);
      if (last !== undefined && LAST.has(last.kind)) return made;
      made.push({
        kind,
        startedEventId,
        ...(seq === undefined ? {} : { seq }),
        ...(name === undefined ? {} : { name }),
      });
    }
  }
  return made;
}

/** The cancelling command and what it calls off. */
const CALLED_OFF: Readonly<Record<string, CommandKind>> = { cancelTimer: 'timer', requestCancelActivity: 'activity' };
