/** Parts of a reply that may be shown before it is whole. */
import type { ConversationRef } from '../core/conversation.ts';
import { type Queryable, storable } from './database.ts';

const WRITE = {
  name: 'segment_write',
  text: `
    WITH written AS (
      INSERT INTO segments (tenant, conversation, turn, step, attempt, n, text) VALUES ($1, $2, $3, $4, $5, $6, $7)
      ON CONFLICT DO NOTHING
    )
    SELECT pg_notify('handback_' || current_schema(), $1 || '/' || $2 || ' segment ' || $3::integer)`,
};

export interface Segment {
  readonly turn: number;
  readonly step: number;
  /** A repeated call's segments replace those of the attempts before. */
  readonly attempt: number;
  readonly n: number;
  readonly text: string;
}

export async function writeSegment(
  database: Queryable,
  conversation: ConversationRef,
  segment: Segment,
): Promise<void> {
  const { turn, step, attempt, n, text } = segment;
  await database.query(WRITE, [conversation.tenant, conversation.id, turn, step, attempt, n, storable(text)]);
}
