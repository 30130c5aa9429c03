/** Looking at the breakers, and forcing one open or closed. They are the whole installation's: no tenant has its own. */
import type { Context } from 'hono';
import { type Breaker, CLOSED, force } from '../core/breaker.ts';
import { writeAudit } from '../db/audit.ts';
import { changeBreaker, readBreaker, readBreakers, type StoredBreaker } from '../db/breakers.ts';
import type { Database } from '../db/database.ts';
import type { KeyGrant } from '../db/keys.ts';
import { readJson } from './body.ts';
import type { ApiApp, ApiEnv, RouteDeps } from './deps.ts';
import { demand } from './permissions.ts';
import { Problem } from './problems.ts';
import * as routes from './routes.ts';
import { ForceInput, type Wire } from './schemas.ts';
import { invalid } from './wire.ts';

export function addBreakers(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.listBreakers, async (c) => {
    demand(c.get('caller'), 'watch');
    const stored = await readBreakers(deps.database);
    return c.json({ breakers: stored.map(wireBreaker) }, 200);
  });

  // Reads its own body: the encoding has to be checked on the bytes, and whoever may not force learns that first.
  app.openAPIRegistry.registerPath(routes.forceBreaker);
  app.post(routes.forceBreaker.getRoutingPath(), (c) => postForce(c, deps));
}

async function postForce(c: Context<ApiEnv>, deps: RouteDeps): Promise<Response> {
  const caller = c.get('caller');
  demand(caller, 'force');
  const parsed = ForceInput.safeParse(await readJson(c.req.raw));
  if (!parsed.success) throw invalid(parsed.error);
  return c.json(wireBreaker(await forceBreaker(deps.database, caller, parsed.data)), 200);
}

/** What may be forced before it ever failed; whatever has a row may be forced whatever its name is. */
const SERVICE = /^(?:tool:[a-z][a-z0-9-]{0,62}\/[a-zA-Z0-9_-]{1,64}|model:\P{Cc}+)$/u;

/** How often it is begun anew because a worker changed the breaker meanwhile. */
const ATTEMPTS = 20;

/** @throws Problem `unknown_service`, `breaker_busy` */
async function forceBreaker(database: Database, caller: KeyGrant, word: Wire['forceInput']): Promise<StoredBreaker> {
  const { service, to, reason } = word;
  const by = `key:${caller.id}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const stored = await readBreaker(database, service);
    if (stored === undefined) mayBegin(word);
    else if (isSaid(stored.breaker, word, by)) return stored;
    const { breaker, version } = stored ?? { breaker: CLOSED, version: 0 };
    const next = force(breaker, to ?? undefined, reason, by);
    // One transaction: no change without its row in the log, and no row for a change that another process overtook.
    const kept = await database.transaction(async (transaction) => {
      if (!(await changeBreaker(transaction, service, version, next))) return undefined;
      const detail = { to, reason };
      await writeAudit(transaction, {
        tenant: caller.tenant,
        actor: by,
        action: 'breaker.forced',
        subject: service,
        detail,
      });
      return readBreaker(transaction, service);
    });
    if (kept !== undefined) return kept;
  }
  throw new Problem('breaker_busy', { retryAfterSeconds: 1 });
}

/** A request that is sent again must not count as another change. */
function isSaid({ forced }: Breaker, { to, reason }: Wire['forceInput'], by: string): boolean {
  if (forced === undefined) return to === null;
  return forced.to === to && forced.reason === reason && forced.by === by;
}

/** @throws Problem `unknown_service` */
function mayBegin({ service, to }: Wire['forceInput']): void {
  if (to !== null && SERVICE.test(service)) return;
  const why = to === null ? 'it is not forced' : 'no service that is called can have this name';
  throw new Problem('unknown_service', { detail: `Nothing is known of "${service}", and ${why}.` });
}

function wireBreaker({ service, breaker: { state, forced }, changedAt }: StoredBreaker): Wire['breaker'] {
  const common = { service, forced: forced ?? null, changedAt: changedAt.toISOString() };
  switch (state.kind) {
    case 'closed':
      return { ...common, state: state.kind, failures: state.failures };
    case 'open':
      return { ...common, state: state.kind, until: iso(state.until), trips: state.trips };
    case 'half_open':
      return { ...common, state: state.kind, until: iso(state.probe.until), trips: state.trips };
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
