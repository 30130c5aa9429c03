/** Agents and their revisions: what workers register, what a run pins. */
import type { ConversationRef } from '../core/conversation.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Queryable } from './database.ts';

const REGISTER = {
  name: 'agent_register',
  text: `
    WITH kept AS (
      INSERT INTO manifests (agent, revision, manifest) VALUES ($1, $2, $3)
      ON CONFLICT DO NOTHING
    )
    INSERT INTO agents (id, revision) VALUES ($1, $2)
    ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, registered_at = now()`,
};

/** Makes agents known: conversations may name them from now on. Revisions are never forgotten. */
export async function registerAgents(database: Queryable, manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    await database.query(REGISTER, [manifest.agent, manifest.revision, JSON.stringify(manifest)]);
  }
}

const MANIFEST = {
  name: 'agent_manifest',
  text: 'SELECT manifest FROM manifests WHERE agent = $1 AND revision = $2',
};

export async function findManifest(
  database: Queryable,
  agent: string,
  revision: string,
): Promise<Manifest | undefined> {
  const [row] = await database.query<{ manifest: Manifest }>(MANIFEST, [agent, revision]);
  return row?.manifest;
}

export interface RunStart {
  readonly agent: string;
  /** The revision an earlier run pinned. */
  readonly revision: string | undefined;
  /** The last turn that is finished, or 0. */
  readonly turn: number;
}

const RUN_START = {
  name: 'agent_run_start',
  text: `
    SELECT c.agent, c.revision,
           -- a turn that has its message and no outcome is begun again: it finds what it already did
           coalesce((SELECT i.turn - 1 FROM inbound i
                      WHERE i.tenant = $1 AND i.conversation = $2 AND i.turn IS NOT NULL AND i.answered_at IS NULL
                      ORDER BY i.turn LIMIT 1),
                    (SELECT t.turn FROM transcript t
                      WHERE t.tenant = $1 AND t.conversation = $2 ORDER BY t.position DESC LIMIT 1),
                    0) AS turn
      FROM conversations c WHERE c.tenant = $1 AND c.id = $2`,
};

/** What a run needs to know of its conversation, or `undefined` where there is none. */
export async function findRunStart(database: Queryable, conversation: ConversationRef): Promise<RunStart | undefined> {
  const [row] = await database.query<{ agent: string; revision: string | null; turn: number }>(RUN_START, [
    conversation.tenant,
    conversation.id,
  ]);
  return row === undefined ? undefined : { agent: row.agent, revision: row.revision ?? undefined, turn: row.turn };
}

const PIN = {
  name: 'agent_pin',
  text: 'UPDATE conversations SET revision = $3 WHERE tenant = $1 AND id = $2',
};

/** Keeps which revision the conversation's run works with, for whoever asks. */
export async function recordPin(database: Queryable, conversation: ConversationRef, revision: string): Promise<void> {
  await database.query(PIN, [conversation.tenant, conversation.id, revision]);
}
