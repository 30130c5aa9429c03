/** What to print of one turn while it happens: text as it is released, tools, and at the end what the reply really is. */
import type { ConversationEvent } from '../../client/index.ts';

export type Shown =
  /** Goes on where the last text ended. */
  | { readonly kind: 'text'; readonly text: string }
  /** Replaces the text so far: another attempt, or a reply that was taken back. */
  | { readonly kind: 'instead'; readonly text: string }
  | { readonly kind: 'tool'; readonly text: string }
  | { readonly kind: 'end'; readonly outcome: string };

export interface TurnView {
  /** Nothing for what belongs to another turn. */
  show(event: ConversationEvent): readonly Shown[];
}

/** @param seq of the message that was sent */
export function viewTurn(seq: number, turnsBefore: number): TurnView {
  let written = '';
  let from = '';

  function segment(data: { step: number; attempt: number; text: string }): readonly Shown[] {
    const source = `${data.step}/${data.attempt}`;
    const again = from !== source && written !== '';
    from = source;
    written = again ? data.text : written + data.text;
    return [{ kind: again ? 'instead' : 'text', text: data.text }];
  }

  function end(reply: string): readonly Shown[] {
    if (written.trim() === reply.trim()) return [];
    if (reply.startsWith(written)) return [{ kind: 'text', text: reply.slice(written.length) }];
    return [{ kind: 'instead', text: reply }];
  }

  return {
    show(event) {
      switch (event.event) {
        case 'segment':
          return event.data.turn > turnsBefore ? segment(event.data) : [];
        case 'tool': {
          if (event.data.turn <= turnsBefore) return [];
          const { tool, outcome, ms, attempts } = event.data;
          const tries = attempts > 1 ? `, ${attempts} attempts` : '';
          return [{ kind: 'tool', text: `${tool ?? 'tool'}: ${outcome ?? 'running'}, ${ms ?? 0} ms${tries}` }];
        }
        case 'turn':
          if (event.data.seq !== seq) return [];
          return [...end(event.data.reply), { kind: 'end', outcome: event.data.outcome }];
        case 'message':
        case 'step':
          return [];
      }
    },
  };
}
