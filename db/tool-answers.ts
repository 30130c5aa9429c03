/** The last answers of tools that fall back on them when they do not work. */
import type { Queryable } from './database.ts';

/** Which answer: of which tool, for whom, to which arguments. */
export interface AnswerKey {
  readonly tenant: string;
  readonly agent: string;
  readonly tool: string;
  readonly customer: string;
  /** Of the arguments. */
  readonly digest: string;
}

export interface KeptAnswer {
  /** What the model read. */
  readonly text: string;
  readonly confidence: number;
  readonly answeredAt: Date;
}

const KEEP = {
  name: 'tool_answer_keep',
  text: `
    INSERT INTO tool_answers AS a (tenant, agent, tool, customer, digest, text, confidence)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (tenant, agent, tool, customer, digest)
    DO UPDATE SET text = excluded.text, confidence = excluded.confidence, answered_at = now()`,
};

const FIND = {
  name: 'tool_answer_find',
  text: `
    SELECT text, confidence, answered_at FROM tool_answers
     WHERE tenant = $1 AND agent = $2 AND tool = $3 AND customer = $4 AND digest = $5
       AND answered_at > now() - $6 * interval '1 millisecond'`,
};

export async function keepAnswer(
  database: Queryable,
  key: AnswerKey,
  { text, confidence }: Omit<KeptAnswer, 'answeredAt'>,
): Promise<void> {
  await database.query(KEEP, [...valuesOf(key), text, confidence]);
}

/** @param forMs how old it may be, in milliseconds */
export async function findAnswer(database: Queryable, key: AnswerKey, forMs: number): Promise<KeptAnswer | undefined> {
  const [row] = await database.query<{ text: string; confidence: number; answered_at: Date }>(FIND, [
    ...valuesOf(key),
    forMs,
  ]);
  return row === undefined ? undefined : { text: row.text, confidence: row.confidence, answeredAt: row.answered_at };
}

function valuesOf({ tenant, agent, tool, customer, digest }: AnswerKey): string[] {
  return [tenant, agent, tool, customer, digest];
}
