/** What a run of the library says. Pure. */
import type { Played } from './play.ts';

export interface FamilyFigures {
  readonly family: string;
  readonly passed: number;
  readonly total: number;
  readonly open: number;
}

export interface Report {
  readonly families: readonly FamilyFigures[];
  readonly total: number;
  readonly passed: number;
  /** Known not to hold; they count as neither passed nor failed. */
  readonly open: readonly Played[];
  /** Did not hold, or is marked open and holds: either has to be seen to. */
  readonly failures: readonly Played[];
}

export function reportOf(played: readonly Played[]): Report {
  const families = [...new Set(played.map(({ family }) => family))];
  const isOpen = ({ open }: Played) => open !== undefined;
  return {
    families: families.map((family) => {
      const own = played.filter((one) => one.family === family);
      const counted = own.filter((one) => !isOpen(one));
      return { family, passed: counted.filter(holds).length, total: counted.length, open: own.length - counted.length };
    }),
    total: played.length,
    passed: played.filter((one) => !isOpen(one) && holds(one)).length,
    open: played.filter((one) => isOpen(one) && !holds(one)),
    failures: played.flatMap((one) => {
      if (isOpen(one))
        return holds(one) ? [{ ...one, problems: ['it is marked open and holds: take the mark away'] }] : [];
      return holds(one) ? [] : [one];
    }),
  };
}

function holds({ problems }: Played): boolean {
  return problems.length === 0;
}

export function printedReport({ families, total, passed, open, failures }: Report): string {
  const width = Math.max(0, ...families.map(({ family }) => family.length));
  return [
    ...families.map((one) => {
      const known = one.open === 0 ? '' : `, ${one.open} open`;
      return `${one.family.padEnd(width)}  ${one.passed}/${one.total}${known}`;
    }),
    `${passed} of ${total} cases hold, ${failures.length} do not, ${open.length} are known not to.`,
    ...failures.map((one) => `failed  ${lineOf(one)}`),
    ...open.map((one) => `open    ${lineOf(one)} (${one.open ?? ''})`),
  ].join('\n');
}

function lineOf({ family, id, problems }: Played): string {
  return `${family}/${id}: ${problems.join('; ')}`;
}
