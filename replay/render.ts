/** Timelines and findings as text that reads well in a terminal of a hundred columns. */
import type { Command } from './commands.ts';
import type { Difference } from './first-difference.ts';
import type { ReplayOutcome } from './run.ts';
import type { TimelineLine, TimelinePart } from './timeline.ts';

const WIDTH = 100;

export function renderTimeline(parts: readonly TimelinePart[]): string {
  return parts.map(({ title, lines }) => [title, ...lines.flatMap(renderLine)].join('\n')).join('\n\n');
}

function renderLine({ who, what, text, ms, attempts, costUsd }: TimelineLine): readonly string[] {
  const figures = [
    ...(attempts === undefined ? [] : [`${attempts} attempts`]),
    ...(costUsd === undefined || costUsd === 0 ? [] : [`$${costUsd.toFixed(6)}`]),
    ...(ms === undefined ? [] : [`${Math.round(ms)} ms`]),
  ].join('  ');
  const head = `  ${who.padEnd(9)} ${cut(what, WIDTH - 14 - figures.length)}`;
  const gap = Math.max(2, WIDTH - head.length - figures.length);
  const first = figures === '' ? head : `${head}${' '.repeat(gap)}${figures}`;
  if (text === undefined || text.trim() === '') return [first];
  return [first, `  ${' '.repeat(9)}   ${shortened(text)}`];
}

function shortened(text: string): string {
  return cut(text.replaceAll(/\s+/g, ' ').trim(), WIDTH - 14);
}

function cut(line: string, room: number): string {
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

/** What a replay found, in sentences. */
export function renderOutcome(outcome: ReplayOutcome): string {
  switch (outcome.kind) {
    case 'same':
      return "Today's code makes what is recorded.";
    case 'failed':
      return `Today's code fails on this history: ${outcome.message}`;
    case 'different':
      return outcome.difference === undefined
        ? `Non-determinism: ${outcome.message}`
        : renderDifference(outcome.difference);
  }
}

function renderDifference({ recorded, made, before, after }: Difference): string {
  return [
    'Non-determinism: the first command that differs',
    ...before.map((command) => `    agreed     event ${command.eventId}  ${named(command)}`),
    recorded === undefined
      ? '  > recorded   nothing'
      : `  > recorded   event ${recorded.eventId}  ${recorded.eventType}: ${named(recorded)}`,
    `  > code made  ${made === undefined ? 'nothing: it waits or has ended' : named(made)}`,
    ...after.map((command) => `    follows    event ${command.eventId}  ${named(command)}`),
    'Change the workflow back, or keep both ways with patched(); see CONTRIBUTING.md, "Changing workflow code".',
  ].join('\n');
}

function named({ kind, name, seq }: Command): string {
  const number = kind === 'local activity' && seq !== undefined ? ` (number ${seq})` : '';
  return name === undefined ? kind : `${kind} ${name}${number}`;
}
