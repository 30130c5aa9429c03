import { expect, it } from 'vitest';
import { STEP, WINDOW, windowsOf } from '../../../../guardrails/input/windows.ts';

it('a short text is its own window', () => {
  expect([...windowsOf('hello')]).toEqual(['hello']);
  expect([...windowsOf('')]).toEqual(['']);
});

it('whatever is shorter than the overlap is whole in some window', () => {
  const text = Array.from({ length: 3_000 }, (_, index) => String(index % 10)).join('');
  const needle = '<attack>'.repeat(20);
  for (let at = 0; at < text.length; at += 97) {
    const planted = text.slice(0, at) + needle + text.slice(at);
    expect([...windowsOf(planted)].some((window) => window.includes(needle))).toBe(true);
  }
});

it('covers a text with as few windows as its length needs', () => {
  expect([...windowsOf('x'.repeat(WINDOW))]).toHaveLength(1);
  expect([...windowsOf('x'.repeat(WINDOW + 1))]).toHaveLength(2);
  expect([...windowsOf('x'.repeat(WINDOW + 10 * STEP))]).toHaveLength(11);
});
