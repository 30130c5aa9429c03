/** Manifests by revision: this code's own, and older ones from Postgres, which conversations that began with them keep. */
import type { Agent } from '../agents/define.ts';
import { FailureError } from '../core/failure.ts';
import type { Manifest } from '../core/manifest.ts';
import { findManifest } from '../db/agents.ts';
import type { Queryable } from '../db/database.ts';

export type FindManifest = (agent: string, revision: string) => Promise<Manifest>;

/** @returns a function that throws FailureError (`configuration`) for a revision nobody ever registered */
export function manifestsOf(database: Queryable, agents: ReadonlyMap<string, Agent>): FindManifest {
  const known = new Map<string, Manifest>();
  for (const { manifest } of agents.values()) known.set(`${manifest.agent}@${manifest.revision}`, manifest);
  return async (agent, revision) => {
    const name = `${agent}@${revision}`;
    const found = known.get(name) ?? (await findManifest(database, agent, revision));
    if (found === undefined) throw new FailureError({ kind: 'configuration', message: `no manifest ${name}` });
    known.set(name, found);
    return found;
  };
}
