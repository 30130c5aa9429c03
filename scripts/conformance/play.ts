/** Plays recordings through the platform, several conversations at once, the turns of each in order. */
import { changesSomething } from '../../examples/airline/catalogue.ts';
import {
  type ConversationReport,
  compareConversation,
  type PlayedConversation,
  type PlayedRow,
} from '../../examples/airline/comparison.ts';
import { callsOf, type RecordedConversation } from '../../examples/airline/recording.ts';
import { playCalls } from '../../examples/airline/replay.ts';
import type { BaseData, FinalState } from '../../examples/airline/world.ts';

/** The platform as a calling service sees it, and the airline's database behind it. Conversations by recording. */
export interface Platform {
  /** Sends a customer message and waits for its turn. @returns the reply the caller got */
  say(recording: RecordedConversation, messageId: string, text: string): Promise<string>;
  transcript(recording: RecordedConversation): Promise<readonly PlayedRow[]>;
  finalState(recording: RecordedConversation): Promise<FinalState>;
  countEffects(recording: RecordedConversation): Promise<number>;
}

export interface PlayedReport {
  readonly report: ConversationReport;
  /** Changing calls that ran more often than they were recorded. */
  readonly doubled: number;
}

export async function playAll(
  recordings: readonly RecordedConversation[],
  platform: Platform,
  base: BaseData,
  options: { readonly concurrency: number; readonly onPlayed?: (played: PlayedReport) => void },
): Promise<readonly PlayedReport[]> {
  const waiting = recordings.entries();
  const played: PlayedReport[] = [];
  const player = async () => {
    for (const [index, recording] of waiting) {
      const report = await play(recording, platform, base);
      played[index] = report;
      options.onPlayed?.(report);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, player));
  return played;
}

async function play(recording: RecordedConversation, platform: Platform, base: BaseData): Promise<PlayedReport> {
  try {
    const replies: string[] = [];
    for (const [index, turn] of recording.turns.entries()) {
      replies.push(await platform.say(recording, `m${index + 1}`, turn.customer));
    }
    const [rows, finalState, effects] = await Promise.all([
      platform.transcript(recording),
      platform.finalState(recording),
      platform.countEffects(recording),
    ]);
    const report = compareConversation(recording, { rows, finalState }, expectedState(recording, base));
    const error = whyCallerHeardOtherwise(replies, { rows, finalState });
    const changing = callsOf(recording).filter((call) => changesSomething(call.name)).length;
    return {
      report: error === undefined ? report : { ...report, error },
      doubled: Math.max(0, effects - changing),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { report: { id: recording.id, checks: [], error: why }, doubled: 0 };
  }
}

/** The database after the recorded calls, by the tools alone. */
function expectedState(recording: RecordedConversation, base: BaseData): FinalState {
  const calls = callsOf(recording).map((call): { name: string; arguments: unknown } => ({
    name: call.name,
    arguments: JSON.parse(call.arguments),
  }));
  return playCalls(base, calls).finalState;
}

/** The caller must have heard what the transcript says the customer was told. */
function whyCallerHeardOtherwise(replies: readonly string[], { rows }: PlayedConversation): string | undefined {
  const last = new Map<number, PlayedRow>();
  for (const row of rows) {
    const before = last.get(row.turn);
    if (row.role === 'agent' && (before === undefined || before.step < row.step)) last.set(row.turn, row);
  }
  const told = [...last].sort(([a], [b]) => a - b).map(([, row]) => row.text);
  const index = told.findIndex((text, n) => replies[n] !== text);
  if (index < 0 && told.length === replies.length) return undefined;
  return `turn ${index < 0 ? told.length + 1 : index + 1}: the caller got another reply than the transcript holds`;
}
