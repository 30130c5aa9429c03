/** Pure unit tests — no servers: what a run of the adversarial library says. */
import { expect, it } from 'vitest';
import type { Played } from '../../../evals/adversarial/play.ts';
import { printedReport, reportOf } from '../../../evals/adversarial/report.ts';

const played = (id: string, problem?: string, open?: string): Played => ({
  ...{ id, family: id.startsWith('x') ? 'xs' : 'letters', problems: problem === undefined ? [] : [problem] },
  ...(open === undefined ? {} : { open }),
});

it('counts a case that is known not to hold neither as one nor as the other', () => {
  const report = reportOf([played('a'), played('b', 'no'), played('c', 'no', 'a gap'), played('x1')]);
  expect(report).toMatchObject({ total: 4, passed: 2 });
  expect(report.families).toEqual([
    { family: 'letters', passed: 1, total: 2, open: 1 },
    { family: 'xs', passed: 1, total: 1, open: 0 },
  ]);
  expect(report.failures.map(({ id }) => id)).toEqual(['b']);
  expect(report.open.map(({ id }) => id)).toEqual(['c']);
});

it('takes a case that is marked open and holds for a failure, so that the mark goes', () => {
  const { failures } = reportOf([played('a', undefined, 'a gap')]);
  expect(failures[0]?.problems).toEqual(['it is marked open and holds: take the mark away']);
});

it('says each failure in one line', () => {
  const text = printedReport(
    reportOf([played('a'), played('b', 'no reply has "x", but one does'), played('c', 'n', 'a gap')]),
  );
  expect(text.split('\n')).toEqual([
    'letters  1/2, 1 open',
    '1 of 3 cases hold, 1 do not, 1 are known not to.',
    'failed  letters/b: no reply has "x", but one does',
    'open    letters/c: n (a gap)',
  ]);
});
