import type { Platform } from './platform.ts';

export interface Row {
  readonly turn: number;
  readonly step: number;
  readonly call: number;
  readonly role: 'customer' | 'agent' | 'tool';
  readonly text: string;
  readonly outcome: string | null;
  readonly attempts: number;
  readonly failure: { readonly kind: string } | null;
}

/** Every row of a conversation's transcript, in order. */
export function transcriptOf(platform: Platform, conversation: string): Promise<readonly Row[]> {
  return platform.database.query<Row>(
    {
      name: 'test_transcript',
      text: `SELECT turn, step, call, role, text, outcome, attempts, failure
               FROM transcript WHERE tenant = $1 AND conversation = $2 ORDER BY position`,
    },
    [platform.tenant, conversation],
  );
}
