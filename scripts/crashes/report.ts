/** What a run came to, for people and as figures. */
import { readdir } from 'node:fs/promises';
import { CRASH_POINTS } from '../../activities/crash-points.ts';
import type { Effect } from '../../db/effects.ts';
import { WAYS } from './plan.ts';
import type { PlayedTurn } from './play.ts';

export interface Run {
  readonly played: readonly PlayedTurn[];
  readonly seconds: number;
  /** Of workers. */
  readonly deaths: number;
  /** Asked of the backend. */
  readonly requests: number;
  readonly modelCalls: number;
  /** Effects that nobody ended, and those in doubt. */
  readonly left: readonly Effect[];
  readonly unknown: readonly Effect[];
  /** The folder of crashes that were to be. */
  readonly crashes: string;
}

export interface Report {
  readonly right: boolean;
  readonly lines: readonly string[];
  readonly figures: object;
}

export async function reportOf(run: Run): Promise<Report> {
  const { played, left, unknown } = run;
  const missed = await readdir(run.crashes);
  const wrong = played.filter(({ problems }) => problems.length > 0);
  const doubted = played.filter(({ outcomes }) => outcomes.includes('unknown'));
  const figures = {
    turns: played.length,
    seconds: Math.round(run.seconds),
    deaths: run.deaths,
    crashesMissed: missed.length,
    wrong: wrong.length,
    doubled: played.filter(({ changes }) => changes > 1).length,
    lost: wrong.filter(({ problems }) => problems.some((one) => one === 'was lost')).length,
    inDoubt: doubted.length,
    inDoubtAndMade: doubted.filter(({ changes }) => changes === 1).length,
    effectsLeft: left.length,
    modelCalls: run.modelCalls,
    backendRequests: run.requests,
  };
  const rows = CRASH_POINTS.map((point) => {
    const cells = WAYS.map((way) => {
      const own = played.filter(({ planned }) => planned.crash === point && planned.way === way);
      const bad = own.filter(({ problems }) => problems.length > 0).length;
      const doubt = own.filter(({ outcomes }) => outcomes.includes('unknown')).length;
      return `${own.length}${bad > 0 ? ` (${bad} wrong)` : ''}${doubt > 0 ? ` (${doubt} unknown)` : ''}`;
    });
    return `| ${[point, ...cells].join(' | ')} |`;
  });
  // A crash is missed where the crash of another conversation came first at the very same place.
  const right = wrong.length === 0 && left.length === 0 && unknown.length === doubted.length;
  return {
    right,
    figures,
    lines: [
      `| worker dies | ${WAYS.join(' | ')} |`,
      `| --- | ${WAYS.map(() => '---').join(' | ')} |`,
      ...rows,
      '',
      ...wrong.map(
        ({ planned, problems }) => `${planned.order} (${planned.way}, ${planned.crash}): ${problems.join('; ')}`,
      ),
      ...left.map(({ key, state }) => `still ${state}: ${key}`),
      Object.entries(figures)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
  };
}
