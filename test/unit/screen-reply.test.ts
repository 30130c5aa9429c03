/** What stands between the model's words and the customer, put together. */
import { describe, expect, it } from 'vitest';
import { replyScreen } from '../../activities/screen-reply.ts';
import { DEFAULT_LIMITS, type GuardrailSettings, type Manifest } from '../../core/manifest.ts';
import type { PromptRow } from '../../core/window.ts';

const manifest = (guardrails?: GuardrailSettings): Manifest => ({
  ...{ agent: 'shop', revision: 'r1', instructions: 'Help customers of a shop.', tools: [], limits: DEFAULT_LIMITS },
  model: { name: 'm', timeoutMs: 1_000 },
  ...(guardrails === undefined ? {} : { guardrails }),
});
const rows: readonly PromptRow[] = [
  { turn: 1, step: 0, call: 0, role: 'customer', text: 'What does my order O-1042 cost?' },
  {
    turn: 1,
    step: 1,
    call: 0,
    role: 'agent',
    text: '',
    toolCalls: [{ id: 'a', name: 'find', arguments: '{"order":"O-1042"}' }],
  },
  {
    ...{ turn: 1, step: 1, call: 1, role: 'tool', tool: 'find', toolCallId: 'a', cutOff: false },
    ...{ outcome: 'done', text: '{"order":"O-1042","total":40.5}' },
  },
];
const screenOf = (settings?: GuardrailSettings) => replyScreen(manifest(settings), { id: 'C-1' }, rows);
/** Sentence by sentence, as it is released. */
function shown(settings: GuardrailSettings | undefined, ...sentences: readonly string[]): string {
  const look = screenOf(settings).preview();
  return sentences.map((sentence) => look(sentence)).join('');
}

describe('a guardrail that throws', () => {
  // What a manifest of another version may hold.
  const broken = { phrases: { banned: [null] } } as unknown as GuardrailSettings;

  it('lets no reply through, and it is not written again either', () => {
    const screened = screenOf(broken).whole('Hello there.');
    expect(screened.stopped).toContain('threw');
    expect(screened).toMatchObject({ text: '', verdicts: [{ verdict: 'block' }] });
  });

  it('shows nothing of a preview', () => {
    expect(shown(broken, 'Hello there. ', 'How are you? ')).toBe('');
  });
});

describe('a preview', () => {
  it('shows what the reply may say', () => {
    expect(shown({ facts: 'on' }, 'Your order O-1042 costs 40.50. ', 'Anything else I can do? ')).toContain(
      'costs 40.50.',
    );
  });

  it('ends before what no tool bears out, and says nothing more', () => {
    const text = shown({ facts: 'on' }, 'Let me see. ', 'Your order O-1042 costs 45.50. ', 'Anything else? ');
    expect(text).toContain('Let me see.');
    expect(text).not.toContain('45.50');
    expect(text).not.toContain('Anything');
  });
});

describe('a whole reply', () => {
  it('that no tool bears out is to be written again, and its verdicts say why', () => {
    const screened = screenOf({ facts: 'on' }).whole('Your order O-1042 costs 45.50.');
    expect(screened.mend).toContain('45.50');
    expect(screened.verdicts).toContainEqual(expect.objectContaining({ guardrail: 'facts', verdict: 'block' }));
  });

  it('is not looked at for facts unless the agent asks for it', () => {
    expect(screenOf().whole('Your order O-1042 costs 45.50.').mend).toBeUndefined();
  });

  it('with a secret is stopped for good, whatever else is wrong with it', () => {
    const screened = screenOf({ facts: 'on' }).whole(`It costs 45.50, key sk-proj-${'a1B2c3D4e5F6g7H8'.repeat(3)}`);
    expect(screened.stopped).toContain('secret_key');
    expect(screened.mend).toBeUndefined();
  });
});
