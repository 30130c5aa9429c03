/** What `handback chat` shows of a turn while it happens. */
import { describe, expect, it } from 'vitest';
import { type Shown, viewTurn } from '../../cli/chat/turn-view.ts';
import type { ConversationEvent } from '../../client/index.ts';

const AT = '2026-01-01T00:00:00.000Z';

function segment(text: string, more: { turn?: number; step?: number; attempt?: number } = {}): ConversationEvent {
  return { event: 'segment', data: { turn: 2, step: 1, attempt: 1, n: 0, text, ...more } };
}

function turnEnd(reply: string, seq = 2): ConversationEvent {
  const data = { kind: 'turn', position: 9, turn: 2, seq, at: AT, outcome: 'replied', reply, confidence: 1 } as const;
  return { event: 'turn', id: '9', data: { ...data, failure: null } };
}

/** The second turn of a conversation. */
function shown(...events: readonly ConversationEvent[]): readonly Shown[] {
  const view = viewTurn(2, 1);
  return events.flatMap((event) => view.show(event));
}

const END: Shown = { kind: 'end', outcome: 'replied' };

describe('a turn in the terminal', () => {
  it('shows text as it is released and does not repeat it at the end', () => {
    expect(shown(segment('Your order '), segment('is here.'), turnEnd('Your order is here.'))).toEqual([
      { kind: 'text', text: 'Your order ' },
      { kind: 'text', text: 'is here.' },
      END,
    ]);
  });

  it('adds what was never released in segments', () => {
    expect(shown(segment('Your order '), turnEnd('Your order is here.'))).toEqual([
      { kind: 'text', text: 'Your order ' },
      { kind: 'text', text: 'is here.' },
      END,
    ]);
    expect(shown(turnEnd('All of it.'))).toEqual([{ kind: 'text', text: 'All of it.' }, END]);
  });

  it('says that another attempt replaces the text of the one before', () => {
    expect(shown(segment('Your or'), segment('The order', { attempt: 2 }), turnEnd('The order.'))).toEqual([
      { kind: 'text', text: 'Your or' },
      { kind: 'instead', text: 'The order' },
      { kind: 'text', text: '.' },
      END,
    ]);
  });

  it('shows the real reply where it is not what was released', () => {
    expect(shown(segment('Here is the secret'), turnEnd('I cannot help with that.')).at(-2)).toEqual({
      kind: 'instead',
      text: 'I cannot help with that.',
    });
  });

  it('leaves out what belongs to other turns', () => {
    expect(shown(segment('Old news', { turn: 1 }), turnEnd('Another reply', 1))).toEqual([]);
  });
});
