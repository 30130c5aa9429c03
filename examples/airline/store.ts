/** What each conversation changed in its own copy of the airline, and the ledger of calls that changed something. */
import type { ConversationRef } from '../../core/conversation.ts';
import type { Json } from '../../core/manifest.ts';
import type { Database, Queryable, Statement } from '../../db/database.ts';
import {
  type BaseData,
  type Change,
  type FinalState,
  type Reservation,
  stateAfter,
  type ToolEffect,
  type User,
  type World,
  worldOver,
} from './world.ts';

const OVERLAY: Statement = {
  name: 'airline_overlay',
  text: `select kind, id, record::text as record from airline_records where tenant = $1 and conversation = $2`,
};

/** Takes the conversation's row lock, creating the row where it is missing: changing calls of one conversation queue up. */
const LOCK: Statement = {
  name: 'airline_lock',
  text: `insert into airline_worlds (tenant, conversation) values ($1, $2)
         on conflict (tenant, conversation) do update set changed_at = now()`,
};

const EFFECT: Statement = {
  name: 'airline_effect',
  text: `select result::text as result from airline_effects where tenant = $1 and conversation = $2 and idempotency_key = $3`,
};

const WRITE: Statement = {
  name: 'airline_write',
  text: `with changed as (
           insert into airline_records (tenant, conversation, kind, id, record)
           select $1, $2, change.kind, change.id, change.record::json
           from json_to_recordset($6::text::json) as change(kind text, id text, record text)
           on conflict (tenant, conversation, kind, id) do update set record = excluded.record
         )
         insert into airline_effects (tenant, conversation, idempotency_key, tool, result)
         values ($1, $2, $3, $4, $5::text::json)`,
};

const COUNT: Statement = {
  name: 'airline_count_effects',
  text: `select count(*)::int as count from airline_effects where tenant = $1 and conversation = $2`,
};

export interface AirlineStore {
  /** Looks at the conversation's world. */
  read(conversation: ConversationRef, look: (world: World) => ToolEffect): Promise<ToolEffect>;
  /** Runs a changing tool once per idempotency key; a second call with the key gets the first one's answer. */
  change(call: ChangingCall, run: (world: World) => ToolEffect): Promise<ToolEffect>;
  /** Changing calls that ran in this conversation, refused ones included. */
  countEffects(conversation: ConversationRef): Promise<number>;
  /** The whole database as this conversation left it. */
  finalState(conversation: ConversationRef): Promise<FinalState>;
}

interface ChangingCall {
  readonly conversation: ConversationRef;
  readonly idempotencyKey: string;
  readonly tool: string;
}

export function airlineStore(database: Database, base: BaseData): AirlineStore {
  return {
    async read(conversation, look) {
      return look(worldOver(base, await overlay(database, conversation)));
    },
    change: (call, run) => database.transaction((transaction) => changeOnce(transaction, base, call, run)),
    async countEffects({ tenant, id }) {
      const [row] = await database.query<{ count: number }>(COUNT, [tenant, id]);
      return row?.count ?? 0;
    },
    async finalState(conversation) {
      return stateAfter(base, await overlay(database, conversation));
    },
  };
}

async function changeOnce(
  transaction: Queryable,
  base: BaseData,
  { conversation, idempotencyKey, tool }: ChangingCall,
  run: (world: World) => ToolEffect,
): Promise<ToolEffect> {
  const { tenant, id } = conversation;
  await transaction.query(LOCK, [tenant, id]);
  const [done] = await transaction.query<{ result: string }>(EFFECT, [tenant, id, idempotencyKey]);
  if (done !== undefined) return storedEffect(done.result);
  const effect = run(worldOver(base, await overlay(transaction, conversation)));
  const changes = 'rejected' in effect ? [] : effect.changes;
  await transaction.query(WRITE, [
    tenant,
    id,
    idempotencyKey,
    tool,
    JSON.stringify('rejected' in effect ? { rejected: effect.rejected } : { result: effect.result }),
    JSON.stringify(changes.map((change) => ({ ...change, record: JSON.stringify(change.record) }))),
  ]);
  return effect;
}

/** The row is what `changeOnce` wrote; its changes are applied already. */
function storedEffect(text: string): ToolEffect {
  const stored = JSON.parse(text) as { readonly rejected: string } | { readonly result: Json };
  return 'rejected' in stored ? stored : { result: stored.result, changes: [] };
}

async function overlay(queryable: Queryable, { tenant, id }: ConversationRef): Promise<readonly Change[]> {
  const rows = await queryable.query<{ kind: 'user' | 'reservation'; id: string; record: string }>(OVERLAY, [
    tenant,
    id,
  ]);
  return rows.map((row): Change => {
    const record: unknown = JSON.parse(row.record);
    return { kind: row.kind, id: row.id, record: record as User & Reservation };
  });
}
