/** Compares what the platform did with what was recorded: every tool result, every reply, the final database. */
import { isDeepStrictEqual } from 'node:util';
import { callsOfTurn, type RecordedConversation, replyOfTurn } from './recording.ts';
import type { FinalState } from './world.ts';

/** A transcript row as the platform gives it. */
export interface PlayedRow {
  readonly turn: number;
  readonly step: number;
  readonly call: number;
  readonly role: 'customer' | 'agent' | 'tool';
  readonly text: string;
}

export interface PlayedConversation {
  readonly rows: readonly PlayedRow[];
  readonly finalState: FinalState;
}

/** One comparison. `expected` or `actual` is missing where one side has nothing at this place. */
interface Check {
  readonly what: 'tool result' | 'reply' | 'final state';
  /** Counted from 1; 0 for the final state. */
  readonly turn: number;
  readonly tool?: string;
  readonly same: boolean;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

export interface ConversationReport {
  readonly id: string;
  readonly checks: readonly Check[];
  /** Why the conversation could not be played to its end. */
  readonly error?: string;
}

/** @param expectedState the database after the recorded calls */
export function compareConversation(
  recorded: RecordedConversation,
  played: PlayedConversation,
  expectedState: FinalState,
): ConversationReport {
  const turns = turnsOf(played.rows);
  const count = Math.max(recorded.turns.length, turns.length);
  const checks: Check[] = [];
  for (let index = 0; index < count; index += 1) {
    const expected = recorded.turns[index];
    const rows = turns[index] ?? [];
    const results = rows.filter((row) => row.role === 'tool').map((row) => row.text);
    const calls = expected === undefined ? [] : callsOfTurn(expected);
    for (let n = 0; n < Math.max(calls.length, results.length); n += 1) {
      const call = calls[n];
      const tool = call === undefined ? {} : { tool: call.name };
      checks.push({ ...checkText('tool result', index + 1, call?.result, results[n]), ...tool });
    }
    const reply = expected === undefined ? undefined : replyOfTurn(expected);
    const actual = rows.findLast((row) => row.role === 'agent')?.text;
    if (reply !== undefined) checks.push(check('reply', index + 1, reply, actual));
  }
  checks.push(compareStates(expectedState, played.finalState));
  return { id: recorded.id, checks };
}

/** Rows by turn, each turn's in order; how turns are numbered does not matter. */
function turnsOf(rows: readonly PlayedRow[]): readonly (readonly PlayedRow[])[] {
  const inOrder = [...rows].sort((a, b) => a.turn - b.turn || a.step - b.step || a.call - b.call);
  const turns = new Map<number, PlayedRow[]>();
  for (const row of inOrder) {
    const turn = turns.get(row.turn);
    if (turn === undefined) turns.set(row.turn, [row]);
    else turn.push(row);
  }
  return [...turns.values()];
}

/** Results are compared as values: the recording was printed by another JSON printer. */
function checkText(what: Check['what'], turn: number, expected: string | undefined, actual: string | undefined): Check {
  return check(what, turn, expected === undefined ? undefined : valueOf(expected), valueOfMaybe(actual));
}

function valueOfMaybe(text: string | undefined): unknown {
  return text === undefined ? undefined : valueOf(text);
}

/** The JSON value a text stands for; a text that is no JSON stands for itself. */
export function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function check(what: Check['what'], turn: number, expected: unknown, actual: unknown): Check {
  return {
    what,
    turn,
    same: isDeepStrictEqual(expected, actual),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  };
}

/** Shows only the records that differ: the whole database is large. */
function compareStates(expected: FinalState, actual: FinalState): Check {
  const wanted: Record<string, unknown> = {};
  const found: Record<string, unknown> = {};
  for (const kind of ['users', 'reservations'] as const) {
    for (const id of new Set([...Object.keys(expected[kind]), ...Object.keys(actual[kind])])) {
      const [left, right] = [expected[kind][id], actual[kind][id]];
      if (isDeepStrictEqual(left, right)) continue;
      if (left !== undefined) wanted[`${kind}/${id}`] = left;
      if (right !== undefined) found[`${kind}/${id}`] = right;
    }
  }
  return check('final state', 0, wanted, found);
}

interface Fraction {
  readonly good: number;
  readonly all: number;
}

export interface Totals {
  readonly conversations: Fraction;
  readonly toolResults: Fraction;
  readonly replies: Fraction;
  readonly finalStates: Fraction;
}

/** @param recorded the recordings that were to be played: what was not played counts as wrong */
export function totalsOf(recorded: readonly RecordedConversation[], reports: readonly ConversationReport[]): Totals {
  const checks = reports.flatMap((report) => report.checks);
  const good = (what: Check['what']) => checks.filter((each) => each.what === what && each.same).length;
  const turns = recorded.flatMap((conversation) => conversation.turns);
  return {
    conversations: { good: reports.filter(isRight).length, all: recorded.length },
    toolResults: { good: good('tool result'), all: turns.reduce((sum, turn) => sum + callsOfTurn(turn).length, 0) },
    replies: { good: good('reply'), all: turns.filter((turn) => replyOfTurn(turn) !== undefined).length },
    finalStates: { good: good('final state'), all: recorded.length },
  };
}

/** Whether everything in the conversation was as recorded, with nothing missing and nothing more. */
export function isRight(report: ConversationReport): boolean {
  return report.error === undefined && report.checks.every((each) => each.same);
}

export function isPerfect(totals: Totals): boolean {
  return Object.values(totals).every(({ good, all }: Fraction) => good === all);
}

export function reportLine({ conversations, toolResults, replies, finalStates }: Totals): string {
  const show = ({ good, all }: Fraction) => `${good}/${all}`;
  return [
    `conversations ${show(conversations)}`,
    `tool results ${show(toolResults)}`,
    `replies ${show(replies)}`,
    `final state as recorded ${show(finalStates)}`,
  ].join(', ');
}
