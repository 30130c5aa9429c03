/** The worker's part, row by row, for tests that look at what the API makes of it. */
import type { ConversationRef } from '../../core/conversation.ts';
import type { TestApi } from './api.ts';

export interface RowSpec {
  readonly turn?: number;
  readonly step: number;
  readonly call?: number;
  readonly role: 'customer' | 'agent' | 'tool';
  readonly text?: string;
  readonly calls?: number;
}

export interface Story {
  addRow(conversation: ConversationRef, row: RowSpec): Promise<void>;
  /** Text of step 2 of turn 1, released early. */
  addSegment(conversation: ConversationRef, attempt: number, n: number, text: string): Promise<void>;
  /** A whole turn: two tools at once, then the reply. */
  playTurn(conversation: ConversationRef): Promise<void>;
}

export function storyOn(api: TestApi): Story {
  async function addRow({ id }: ConversationRef, { turn = 1, step, call = 0, role, text = '', calls = 0 }: RowSpec) {
    const toolCalls = Array.from({ length: calls }, (_, n) => ({
      id: `call-${n + 1}`,
      name: 'lookup',
      arguments: '{}',
    }));
    await api.sql(
      `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls, tool, outcome, confidence, cost_usd, ms)
       VALUES ('acme', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 7)`,
      [
        id,
        turn,
        step,
        call,
        role,
        text,
        calls === 0 ? null : JSON.stringify(toolCalls),
        role === 'tool' ? 'lookup' : null,
        role === 'tool' ? 'done' : null,
        role === 'tool' ? 1 : null,
        role === 'agent' ? 0.25 : null,
      ],
    );
  }

  async function addSegment({ id }: ConversationRef, attempt: number, n: number, text: string) {
    await api.sql(`INSERT INTO segments VALUES ('acme', $1, 1, 2, $2, $3, $4)`, [id, attempt, n, text]);
  }

  async function playTurn(conversation: ConversationRef) {
    await addRow(conversation, { step: 0, role: 'customer', text: 'Where is my order?' });
    await addRow(conversation, { step: 1, role: 'agent', calls: 2 });
    await addRow(conversation, { step: 1, call: 1, role: 'tool', text: 'one' });
    await addRow(conversation, { step: 1, call: 2, role: 'tool', text: 'two' });
    await addRow(conversation, { step: 2, role: 'agent', text: 'It is here.' });
    await api.finishTurn(conversation, 'It is here.');
  }

  return { addRow, addSegment, playTurn };
}
