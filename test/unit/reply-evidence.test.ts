/** What a reply may rest on: of the calls the model asked for, only those that a tool got to see. */
import { expect, it } from 'vitest';
import { evidenceOf } from '../../activities/reply-evidence.ts';
import { DEFAULT_LIMITS, type Manifest } from '../../core/manifest.ts';
import { TOOL_OUTCOMES, type ToolOutcome } from '../../core/tool-result.ts';
import type { PromptRow } from '../../core/window.ts';
import { checkFacts } from '../../guardrails/output/facts/check.ts';

const manifest: Manifest = {
  ...{ agent: 'shop', revision: 'r1', instructions: 'Help customers of a shop.', tools: [], limits: DEFAULT_LIMITS },
  model: { name: 'm', timeoutMs: 1_000 },
};

/** A step that asks with each of these arguments, and how each call ended; `undefined` for one that has not. */
function step(calls: readonly (readonly [argumentsText: string, outcome: ToolOutcome | undefined])[]): PromptRow[] {
  const toolCalls = calls.map(([text], index) => ({ id: `c${index}`, name: 'refund', arguments: text }));
  const results = calls.flatMap(([, outcome], index): PromptRow[] => {
    if (outcome === undefined) return [];
    const row = { turn: 1, step: 1, call: index + 1, role: 'tool', tool: 'refund', toolCallId: `c${index}` } as const;
    return [{ ...row, outcome, cutOff: false, text: 'No.' }];
  });
  return [{ turn: 1, step: 1, call: 0, role: 'agent', text: '', toolCalls }, ...results];
}

const evidence = (rows: readonly PromptRow[]) => evidenceOf(manifest, { id: 'C-1' }, rows);

it('takes the arguments of calls that ran or may have run, and of no other', () => {
  const { asked } = evidence(
    step([...TOOL_OUTCOMES.map((outcome) => [outcome, outcome] as const), ['open', undefined]]),
  );
  expect(asked).toEqual(['done', 'rejected', 'unknown']);
});

it('takes those of the call that ended, not of the one beside it', () => {
  const made = '{"amount":10}';
  const { asked } = evidence(
    step([
      ['{"amount":990}', 'denied'],
      [made, 'done'],
      ['{"amount":880}', 'failed'],
    ]),
  );
  expect(asked).toEqual([made]);
});

it('so an amount that the model asked for in vain may not be told as one that is so', () => {
  const reply = 'Your refund for order O-1042 is 990.50 EUR.';
  const found = (outcome: ToolOutcome) =>
    checkFacts(reply, evidence(step([['{"order":"O-1042","amount":990.5}', outcome]])));
  expect(found('denied')).toContainEqual(expect.objectContaining({ type: 'amount' }));
  expect(found('done')).toEqual([]);
});

it('keeps what a change was asked with, whatever came of it', () => {
  const { changes } = evidence(
    step([
      ['{"amount":1}', 'denied'],
      ['{"amount":2}', 'unconfirmed'],
      ['{"amount":3}', 'done'],
    ]),
  );
  expect(changes.map(({ outcome, arguments: args }) => `${outcome} ${args}`)).toEqual([
    'denied {"amount":1}',
    'denied {"amount":2}',
    'done {"amount":3}',
  ]);
});
