// Pure: what a process holds of changes that began, with a clock of the test's.
import { expect, it } from 'vitest';
import { createBegunChanges } from '../../activities/begun-changes.ts';

function holding() {
  let now = 0;
  return { changes: createBegunChanges(() => now), pass: (ms: number) => (now += ms) };
}
const begun = () => ({ begun: true, begunBefore: false, run: undefined });

it('a change is held from its beginning until its result is kept', () => {
  const { changes } = holding();
  expect(changes.find('k').begun).toBe(false);
  changes.hold('k', begun());
  expect(changes.find('k').begun).toBe(true);
  expect(changes.find('other').begun).toBe(false);
  changes.release('k');
  expect(changes.find('k').begun).toBe(false);
});

it('a change nobody came back for is let go after two hours, one that began again is not', () => {
  const { changes, pass } = holding();
  for (const key of ['gone', 'again']) changes.hold(key, begun());
  pass(3_600_000);
  changes.hold('again', begun());
  pass(3_600_000);
  changes.hold('new', begun());
  expect(['gone', 'again', 'new'].map((key) => changes.find(key).begun)).toEqual([false, true, true]);
});
