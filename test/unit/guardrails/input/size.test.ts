import { expect, it } from 'vitest';
import { sizeProblem } from '../../../../guardrails/input/size.ts';

it.each([
  ['an ordinary message', 'Where is my order O-12?', undefined],
  ['several lines with tabs', 'one\n\ttwo\r\nthree', undefined],
  ['emoji and other scripts', 'Спасибо 👍 ありがとう', undefined],
  ['a stray control character from a copied text', `Hello\u0007 ${'world '.repeat(20)}`, undefined],
  ['a stream of control characters', '\u0001\u0002\u0003'.repeat(10), 'control_characters'],
  ['half of a surrogate pair', 'hello \ud800 world', 'lone_surrogate'],
  ['more than two million characters', 'a'.repeat(2_000_001), 'too_large'],
])('%s', (_what, text, problem) => {
  expect(sizeProblem(text)).toBe(problem);
});
