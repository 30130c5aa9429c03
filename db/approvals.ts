/** What operators decide about calls that wait for their yes, and how a decision reaches the conversation. */
import type { ConversationRef } from '../core/conversation.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import { type Queryable, storable } from './database.ts';
import type { HeldStatus } from './held-calls.ts';

export const DECISIONS = ['approve', 'deny', 'edit'] as const;
export type Decision = (typeof DECISIONS)[number];

/** A call that an operator has to decide about, or has decided about. */
export interface Approval {
  readonly id: string;
  readonly conversation: string;
  readonly turn: number;
  readonly tool: string;
  /** JSON text. */
  readonly arguments: string;
  readonly action: string;
  readonly rule: string;
  readonly reason: string;
  readonly revision: string;
  readonly status: HeldStatus;
  readonly heldAt: Date;
  readonly expiresAt: Date;
  /** `key:<id>`. */
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionReason: string | null;
  /** What the model asked for, where an operator changed it. */
  readonly askedArguments: string | null;
  /** What came of it, once it ran: approved is not yet done. */
  readonly outcome: ToolOutcome | null;
}

/** What nobody decided about in time has lapsed, whatever the row says. */
const STATUS = `CASE WHEN h.status = 'pending' AND h.expires_at <= now() THEN 'lapsed' ELSE h.status END`;

const COLUMNS = `h.id, h.conversation, h.turn, h.tool, h.arguments, h.action, h.rule, h.reason, h.revision,
           ${STATUS} AS status, h.held_at AS "heldAt", h.expires_at AS "expiresAt", h.decided_by AS "decidedBy",
           CASE WHEN h.decided_by IS NOT NULL THEN h.settled_at END AS "decidedAt",
           h.decision_reason AS "decisionReason", h.asked_arguments AS "askedArguments",
           (SELECT t.outcome FROM transcript t
             WHERE t.tenant = h.tenant AND t.conversation = h.conversation AND t.turn = h.settled_turn
               AND t.step = h.run_step AND t.call = h.run_call) AS outcome`;

const LIST = {
  name: 'approvals_list',
  text: `
    SELECT ${COLUMNS} FROM held_calls h
     WHERE h.tenant = $1 AND h.needs = 'approve'
       AND ((h.status = $2 AND (h.status <> 'pending' OR h.expires_at > now()))
            OR ($2 = 'lapsed' AND h.status = 'pending' AND h.expires_at <= now()))
     ORDER BY h.held_at, h.id LIMIT $3`,
};

/** The oldest first. */
export function listApprovals(
  database: Queryable,
  tenant: string,
  { status, limit }: { readonly status: HeldStatus; readonly limit: number },
): Promise<readonly Approval[]> {
  return database.query<Approval>(LIST, [tenant, status, limit]);
}

const FIND = {
  name: 'approvals_find',
  text: `SELECT ${COLUMNS} FROM held_calls h WHERE h.tenant = $1 AND h.id = $2::uuid AND h.needs = 'approve'`,
};

async function findApproval(database: Queryable, tenant: string, id: string): Promise<Approval | undefined> {
  const [found] = await database.query<Approval>(FIND, [tenant, id]);
  return found;
}

/** The tool a held call is of, in the revision that the conversation works with now: the one it would run with. */
export interface HeldTool {
  readonly tool: string;
  readonly agent: string;
  readonly revision: string;
}

const TOOL_OF = {
  name: 'approvals_tool',
  text: `
    SELECT h.tool, c.agent, coalesce(c.revision, h.revision) AS revision
      FROM held_calls h JOIN conversations c ON c.tenant = h.tenant AND c.id = h.conversation
     WHERE h.tenant = $1 AND h.id = $2::uuid AND h.needs = 'approve'`,
};

export async function findHeldTool(database: Queryable, tenant: string, id: string): Promise<HeldTool | undefined> {
  const [found] = await database.query<HeldTool>(TOOL_OF, [tenant, id]);
  return found;
}

/** What an operator made of a call. */
export interface Edited {
  /** JSON text; the call runs with exactly this. */
  readonly arguments: string;
  readonly digest: string;
  /** The changed call in plain words. */
  readonly action: string;
}

export type DecisionInput = {
  /** `key:<id>`. */
  readonly actor: string;
  readonly reason: string;
} & ({ readonly decision: 'approve' | 'deny' } | ({ readonly decision: 'edit' } & Edited));

/** Why nothing was decided. */
export type DecisionRefusal = 'not_found' | 'approval_settled' | 'approval_expired' | 'conversation_closed';

export type Decided =
  /** Also where the same person had decided the same before: then nothing was written. */
  { readonly kind: 'decided'; readonly approval: Approval } | { readonly kind: DecisionRefusal };

/*
 * The held call is locked first, so of two who decide at once the second sees what the first decided. Decision, place in the
 * conversation's order and audit row stand or fall together. The id of the inbox row has a space, so no sender can have used it.
 */
const DECIDE = {
  name: 'approvals_decide',
  text: `
    WITH call AS (
      SELECT * FROM held_calls WHERE tenant = $1 AND id = $2::uuid AND needs = 'approve' FOR UPDATE
    ), place AS (
      SELECT status FROM conversations
       WHERE tenant = $1 AND id = (SELECT conversation FROM call) FOR NO KEY UPDATE
    ), code AS (
      SELECT CASE
               WHEN NOT EXISTS (SELECT FROM call) THEN 'not_found'
               WHEN (SELECT status IN ('granted', 'declined') FROM call)
                 THEN CASE WHEN (SELECT status = $4 AND decided_by = $3
                                        AND (asked_arguments IS NULL) = ($6::text IS NULL)
                                        AND ($6::text IS NULL OR arguments = $6::text) FROM call)
                           THEN 'again' ELSE 'approval_settled' END
               WHEN (SELECT status = 'lapsed' OR expires_at <= clock_timestamp() FROM call) THEN 'approval_expired'
               WHEN (SELECT status <> 'open' FROM place) THEN 'conversation_closed'
             END AS code
    ), decided AS (
      UPDATE held_calls h
         SET status = $4, decided_by = $3, decision_reason = $5, settled_at = clock_timestamp(),
             asked_arguments = CASE WHEN $6::text IS NOT NULL THEN h.arguments END,
             arguments = coalesce($6::text, h.arguments), digest = coalesce($7::text, h.digest),
             action = coalesce($8::text, h.action)
        FROM code WHERE h.tenant = $1 AND h.id = $2::uuid AND code.code IS NULL
      RETURNING h.id, h.conversation
    ), numbered AS (
      UPDATE conversations c SET inbox_seq = c.inbox_seq + 1 FROM decided
       WHERE c.tenant = $1 AND c.id = decided.conversation
      RETURNING c.id, c.inbox_seq
    ), added AS (
      INSERT INTO inbound (tenant, conversation, message_id, seq, text, via, kind, actor, subject)
      SELECT $1, numbered.id, 'decision ' || call.id, inbox_seq, $9::text || call.action || $10::text, 'api', 'decision', $3, call.id
        FROM numbered, call
    ), audited AS (
      INSERT INTO audit (tenant, actor, action, subject, detail)
      SELECT $1, $3, CASE WHEN code IS NULL THEN 'approval.decided' ELSE 'approval.refused' END,
             coalesce('conversation:' || (SELECT conversation FROM call), 'approval:' || $2::text),
             jsonb_strip_nulls(jsonb_build_object('approval', $2::text, 'decision', $11::text, 'reason', $5::text, 'code', code,
                                                  'asked', CASE WHEN $6::text IS NOT NULL THEN (SELECT arguments FROM call) END,
                                                  'arguments', $6::text))::json
        FROM code WHERE code IS DISTINCT FROM 'again'
    )
    SELECT code FROM code`,
};

/**
 * Decides about a held call. A refusal writes an audit row and changes nothing else.
 *
 * @param id a UUID
 */
export async function decideApproval(
  database: Queryable,
  tenant: string,
  id: string,
  input: DecisionInput,
): Promise<Decided> {
  const edited = input.decision === 'edit' ? input : undefined;
  const reason = storable(input.reason);
  const action = edited === undefined ? undefined : storable(edited.action);
  const { before, after } = wordsAround({
    decision: input.decision,
    reason,
    ...(action === undefined ? {} : { action }),
  });
  const [found] = await database.query<{ code: DecisionRefusal | 'again' | null }>(DECIDE, [
    ...[tenant, id, input.actor, input.decision === 'deny' ? 'declined' : 'granted', reason],
    ...[edited === undefined ? null : storable(edited.arguments), edited?.digest ?? null, action ?? null],
    ...[before, after, input.decision],
  ]);
  const code = found?.code ?? null;
  if (code !== null && code !== 'again') return { kind: code };
  const approval = await findApproval(database, tenant, id);
  return approval === undefined ? { kind: 'not_found' } : { kind: 'decided', approval };
}

/** What is told of a decision. */
export interface Told {
  readonly decision: Decision;
  readonly reason: string;
  /** The changed call in plain words, where it was changed. */
  readonly action?: string;
}

/**
 * What the model reads in the turn that takes a decision; the inbox row has it as its text.
 *
 * @param asked the call as the model asked for it, in plain words
 */
export function decisionText(told: Told, asked: string): string {
  const { before, after } = wordsAround(told);
  return `${before}${asked}${after}`;
}

/** Around the call in plain words, which only the statement knows. */
function wordsAround({ decision, reason, action = '' }: Told): { readonly before: string; readonly after: string } {
  const why = `Reason: ${sentence(reason)}`;
  switch (decision) {
    case 'approve':
      return { before: 'A colleague approved: ', after: '. It runs now; tell the customer what came of it.' };
    case 'deny':
      return { before: 'A colleague decided against it: ', after: `. ${why} Tell the customer kindly.` };
    case 'edit':
      return {
        before: `A colleague approved it with changes: ${action}. You had asked for: `,
        after: `. ${why} It runs now as changed; tell the customer what was changed and what came of it.`,
      };
  }
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return /[.!?…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

export type SettledDecision =
  /** The call stands as the turn's first step, to be run like any other. */
  | { readonly kind: 'approved' }
  /** `text`: what prompts carry of the call from now on. */
  | { readonly kind: 'declined'; readonly text: string };

/*
 * An approved call becomes the turn's first step, as if the model had asked for it: exactly this, once. The place at which it may
 * run is written with it. A call that was decided against is one the model knows was not made, also where the turn of the
 * decision has left the window.
 */
const SETTLE = {
  name: 'approvals_settle',
  text: `
    WITH decided AS (
      SELECT h.id, h.status, h.tool, h.arguments, h.turn, h.step, h.call, h.settled_turn,
             'Nothing was done: a colleague decided against it. Reason: ' || h.decision_reason AS told
        FROM inbound i JOIN held_calls h ON h.tenant = $1 AND h.conversation = $2 AND h.id = i.subject
       WHERE i.tenant = $1 AND i.conversation = $2 AND i.turn = $3 AND i.kind = 'decision' AND h.decided_by IS NOT NULL
    ), step AS (
      INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls, revision)
      SELECT $1, $2, $3, 1, 0, 'agent', '',
             json_build_array(json_build_object('id', 'approved-' || $3::integer || '-1', 'name', tool, 'arguments', arguments)), $4
        FROM decided WHERE status = 'granted' AND settled_turn IS NULL
      ON CONFLICT DO NOTHING
      RETURNING turn
    ), placed AS (
      UPDATE held_calls h SET settled_turn = $3, run_step = 1, run_call = 1
        FROM decided, step WHERE h.id = decided.id AND h.settled_turn IS NULL
    ), dropped AS (
      UPDATE held_calls h SET settled_turn = $3
        FROM decided WHERE h.id = decided.id AND decided.status = 'declined' AND h.settled_turn IS NULL
    ), shown AS (
      UPDATE transcript t SET shown = decided.told
        FROM decided
       WHERE decided.status = 'declined' AND t.tenant = $1 AND t.conversation = $2
         AND t.turn = decided.turn AND t.step = decided.step AND t.call = decided.call
    )
    SELECT status, told FROM decided`,
};

/**
 * The turn takes a decision. Doing it again changes nothing and returns the same.
 *
 * @returns `undefined` where the turn took none
 */
export async function settleDecision(
  database: Queryable,
  { tenant, id }: ConversationRef,
  turn: number,
  revision: string,
): Promise<SettledDecision | undefined> {
  const [found] = await database.query<{ status: 'granted' | 'declined'; told: string }>(SETTLE, [
    ...[tenant, id, turn, revision],
  ]);
  if (found === undefined) return undefined;
  return found.status === 'granted' ? { kind: 'approved' } : { kind: 'declined', text: found.told };
}
