/**
 * Reads a transcript so that nothing is ever skipped: tool calls of one step run in parallel and their rows may appear
 * out of order, so reading stops before a row that is still missing. Once the turn is over, what is there is all there is.
 */
import type { ConversationRef } from '../core/conversation.ts';
import type { Queryable } from './database.ts';
import { callsAsked, type Entry, type PlacedEntry, readAll } from './read-transcript.ts';

/** The last entry read, and how many tool calls its step asked for. */
export interface Place {
  readonly position: number;
  readonly turn: number;
  readonly step: number;
  readonly call: number;
  readonly calls: number;
}

/** The place a bookmark stands for. */
export async function placeAt(database: Queryable, conversation: ConversationRef, position: number): Promise<Place> {
  const turn = Math.floor(position / 1_000_000);
  const step = Math.floor((position % 1_000_000) / 1_000);
  const call = position % 1_000;
  const calls = position < 0 || step === 0 || step === 999 ? 0 : await callsAsked(database, conversation, turn, step);
  return { position, turn, step, call, calls };
}

/** What follows `from`, at most `limit` entries, and the place to go on from. */
export async function readInOrder(
  database: Queryable,
  conversation: ConversationRef,
  from: Place,
  limit: number,
): Promise<{ readonly entries: readonly Entry[]; readonly place: Place }> {
  const rows = await readAll(database, conversation, from.position, limit);
  const entries: Entry[] = [];
  let place = from;
  for (const row of rows) {
    if (!row.final && !follows(row, place)) break;
    entries.push(row.entry);
    place = after(row, place);
  }
  return { entries, place };
}

function follows({ entry, step, call }: PlacedEntry, place: Place): boolean {
  if (entry.turn !== place.turn) return step === 0 && call === 0;
  return place.call < place.calls
    ? step === place.step && call === place.call + 1
    : step === place.step + 1 && call === 0;
}

function after({ entry, step, call }: PlacedEntry, place: Place): Place {
  const calls = entry.kind === 'step' ? entry.toolCalls.length : entry.kind === 'tool' ? place.calls : 0;
  return { position: entry.position, turn: entry.turn, step, call, calls };
}
