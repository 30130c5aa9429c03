/** Liveness and readiness. */
import { databaseReadiness } from '../db/readiness.ts';
import type { ApiApp, RouteDeps } from './deps.ts';
import * as routes from './routes.ts';

export function addHealth(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.healthz, (c) => c.json({ status: 'ok' as const }, 200));

  app.openapi(routes.readyz, async (c) => {
    const [database, temporal] = await Promise.all([databaseReadiness(deps.database), deps.conversations.reachable()]);
    const ready = database.kind === 'ready' && temporal;
    const checks = {
      database: database.kind === 'ready' ? ('ok' as const) : database.kind,
      temporal: temporal ? ('ok' as const) : ('unreachable' as const),
    };
    return ready ? c.json({ ready, checks }, 200) : c.json({ ready, checks }, 503);
  });
}
