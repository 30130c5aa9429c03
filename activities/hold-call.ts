/** What the model reads of a call that waits for somebody's yes. */
import type { ToolResult } from '../core/tool-result.ts';
import type { Hold } from '../db/held-calls.ts';

/** What is known of the call so far. */
export function heldBack({ needs, reason }: Hold): ToolResult {
  return needs === 'confirm'
    ? { outcome: 'unconfirmed', confidence: 1, data: ASKS_CUSTOMER }
    : { outcome: 'unapproved', confidence: 1, data: `${ASKS_OPERATOR} (${reason})` };
}

const ASKS_CUSTOMER =
  'Nothing was done yet. The customer is asked whether exactly this may be done. A plain yes in their next message runs it; ' +
  'after anything else it is dropped, and you may ask for it again.';
const ASKS_OPERATOR =
  'Nothing was done yet. A colleague has to approve exactly this, and has been told of it. Tell the customer that it waits for a ' +
  'colleague, and do not say that it was done.';
