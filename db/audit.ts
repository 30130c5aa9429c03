/** Who did what, and what was refused. Append-only. */
import type { Json } from '../core/manifest.ts';
import type { Queryable } from './database.ts';

const WRITE = {
  name: 'audit_write',
  text: 'INSERT INTO audit (tenant, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5)',
};

export interface AuditEntry {
  readonly tenant: string;
  /** `key:<id>`, `signal`, `sweeper`, … */
  readonly actor: string;
  readonly action: string;
  /** What it was done to, e.g. `conversation:<id>`. */
  readonly subject: string;
  readonly detail?: Json;
}

export async function writeAudit(database: Queryable, entry: AuditEntry): Promise<void> {
  const detail = entry.detail === undefined ? null : JSON.stringify(entry.detail);
  await database.query(WRITE, [entry.tenant, entry.actor, entry.action, entry.subject, detail]);
}
