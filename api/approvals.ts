/** Tool calls that wait for an operator's decision. */
import { type Approval, listApprovals } from '../db/held-calls.ts';
import type { ApiApp, RouteDeps } from './deps.ts';
import * as routes from './people-routes.ts';
import type { PeopleWire } from './people-schemas.ts';
import { demand } from './permissions.ts';

export function addApprovals(app: ApiApp, deps: RouteDeps): void {
  app.openapi(routes.listApprovals, async (c) => {
    const caller = c.get('caller');
    demand(caller, 'resolve');
    const found = await listApprovals(deps.database, caller.tenant, c.req.valid('query'));
    return c.json({ approvals: found.map(wireApproval) }, 200);
  });
}

function wireApproval({ conversation, heldAt, expiresAt, ...rest }: Approval): PeopleWire['approval'] {
  return {
    ...rest,
    conversationId: conversation,
    heldAt: heldAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
