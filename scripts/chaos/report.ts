/** What became of a run of chaos, as a table. */
import type { Mortal } from '../conformance/stack.ts';
import type { Verdict } from './judge.ts';
import type { FollowingModel } from './model.ts';
import type { Ended } from './play.ts';

export interface Run {
  readonly seed: number;
  readonly conversations: number;
  readonly seconds: number;
  readonly ended: readonly Ended[];
  readonly verdicts: readonly Verdict[];
  readonly model: Pick<FollowingModel, 'requests' | 'injected' | 'unexpected' | 'metIn'>;
  /** How often the tool that flaps failed a call. */
  readonly flaps: number;
  readonly kills: Readonly<Record<Mortal, number>>;
  readonly endedAlone: readonly string[];
  /** Runs that Temporal still holds open after every conversation was closed. */
  readonly stillRunning: number;
}

export interface Report {
  readonly right: boolean;
  /** By conversation, what is wrong with it. */
  readonly problems: readonly string[];
  readonly rows: readonly (readonly [what: string, figure: string])[];
}

export function reportOf(run: Run): Report {
  const played = run.ended.flatMap((one) => (one.kind === 'played' ? [one.played] : []));
  const answers = played.flatMap(({ sent }) => sent.map(({ answer }) => answer));
  const unmet = played.flatMap(({ conversation, sent }) =>
    sent.filter(
      ({ answer }) => answer.outcome !== 'replied' && run.model.metIn(conversation, answer.turn).length === 0,
    ),
  );
  const problems = [
    ...run.ended.flatMap((one) => (one.kind === 'broken' ? [`${one.conversation.name}: ${one.why}`] : [])),
    ...run.verdicts.flatMap((verdict) => verdict.problems.map((problem) => `${verdict.name}: ${problem}`)),
    ...run.model.unexpected.map((place) => `${place}: the model was asked without a message`),
    ...run.endedAlone.map((part) => `the ${part} ended by itself`),
    ...(run.stillRunning > 0 ? [`${run.stillRunning} closed conversations still run in Temporal`] : []),
  ];
  const injected = [...run.model.injected].sort(([, a], [, b]) => b - a);
  const faults = injected.reduce((sum, [, count]) => sum + count, 0);
  const doubled = run.verdicts.reduce((sum, verdict) => sum + verdict.effectsDoubled, 0);
  return {
    right: problems.length === 0 && played.length === run.conversations,
    problems,
    rows: [
      ['conversations ended', `${played.length}/${run.conversations} in ${Math.round(run.seconds)} s`],
      ['messages answered once', `${answers.length}`],
      ['turns by outcome', counted(answers.map(({ outcome, failure }) => wordFor(outcome, failure)))],
      ['  of these without a reply and without a fault', counted(unmet.map(({ answer }) => answer.failure ?? '?'))],
      ['changes in the airline’s ledger', `${played.reduce((sum, { effects }) => sum + effects, 0)}`],
      ['effects doubled', `${doubled}`],
      ['final state as recorded', sameStates(run.verdicts, 'recording')],
      ['final state as told, where a change was lost', sameStates(run.verdicts, 'transcript')],
      ['recorded calls that did not come about', counted(run.verdicts.flatMap(({ lostCalls }) => lostCalls))],
      [
        'requests to the model',
        `${run.model.requests}, ${faults} of them faults (${share(faults, run.model.requests)})`,
      ],
      ['  faults by kind', injected.map(([name, count]) => `${name} ${count}`).join(', ')],
      ['calls failed by the flapping tool', `${run.flaps}`],
      ['killed', (['worker', 'temporal', 'postgres'] as const).map((part) => `${part} ${run.kills[part]}`).join(', ')],
    ],
  };
}

/** @returns one line a row, the figures below each other */
export function linesOf({ rows }: Report): readonly string[] {
  const width = Math.max(...rows.map(([what]) => what.length));
  return rows.map(([what, figure]) => `${what.padEnd(width)}  ${figure}`);
}

function wordFor(outcome: string, failure: string | null): string {
  return failure === null ? outcome : `${outcome} (${failure})`;
}

function sameStates(verdicts: readonly Verdict[], comparedWith: Verdict['comparedWith']): string {
  const own = verdicts.filter((verdict) => verdict.comparedWith === comparedWith);
  return `${own.filter(({ sameState }) => sameState).length}/${own.length}`;
}

/** The most frequent first. */
function counted(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.length === 0 ? 'none' : sorted.map(([word, count]) => `${word} ${count}`).join(', ');
}

function share(part: number, whole: number): string {
  return `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
}
