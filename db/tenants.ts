import type { Queryable } from './database.ts';

const EXISTS = { name: 'tenant_exists', text: 'SELECT id FROM tenants WHERE id = $1' };

/** A tenant exists from its first key on. */
export async function tenantExists(database: Queryable, tenant: string): Promise<boolean> {
  const found = await database.query(EXISTS, [tenant]);
  return found.length > 0;
}
