/** Where today's code leaves the path that the history took. */
import type { Command, MadeCommand, RecordedCommand } from './commands.ts';

/** Of the two sides at least one is there. */
export interface Difference {
  /** What the history holds; `undefined`: nothing at this place. */
  readonly recorded: RecordedCommand | undefined;
  /** What today's code made instead; `undefined`: nothing, it waits or has ended. */
  readonly made: MadeCommand | undefined;
  /** The last recorded commands on which both agree, oldest first. */
  readonly before: readonly RecordedCommand[];
  /** The recorded commands that follow. */
  readonly after: readonly RecordedCommand[];
}

const CONTEXT = 3;

/**
 * The first recorded command that today's code did not make, or the first that it made and that is not recorded.
 * `undefined` when the code made what is recorded, as far as it came.
 *
 * Two orders are compared at once. Local activities are recorded when they end, and which of several ends first is
 * chance, so they are matched by their number. Everything else is recorded in the order in which it was made.
 */
export function firstDifference(
  recorded: readonly RecordedCommand[],
  made: readonly MadeCommand[],
): Difference | undefined {
  return compare(recorded, made).difference;
}

/**
 * The first command that the code made and the history lacks, where everything recorded was made. The SDK does not look for
 * it in the last workflow task of a history, because there a new command could be the next thing to happen.
 *
 * Only for a history that waits or has ended, see `isSettled`: elsewhere the next command may just not be recorded yet.
 * Nothing is said after a patch that is new, because in the last workflow task `patched()` takes the new way.
 */
export function firstUnrecorded(
  recorded: readonly RecordedCommand[],
  made: readonly MadeCommand[],
): Difference | undefined {
  const { difference, unmatched } = compare(recorded, made);
  const [extra] = unmatched;
  if (difference !== undefined || extra === undefined) return undefined;
  if (unmatched.some(({ kind }) => kind === 'patch marker')) return undefined;
  return differenceAt(recorded, recorded.length, undefined, extra);
}

interface Comparison {
  readonly difference: Difference | undefined;
  /** Made, and not recorded before the difference. */
  readonly unmatched: readonly MadeCommand[];
}

function compare(recorded: readonly RecordedCommand[], made: readonly MadeCommand[]): Comparison {
  const unmatched = [...made];
  const found = (difference: Difference): Comparison => ({ difference, unmatched });
  for (const [index, command] of recorded.entries()) {
    const place = unmatched.findIndex((one) => pairs(command, one));
    const partner = unmatched[place];
    const extra = unmatched.find((one) => isExtra(one, command));
    // What was made in an earlier workflow task and is not recorded there comes before what differs here.
    if (extra !== undefined) return found(differenceAt(recorded, index, undefined, extra));
    if (partner === undefined) return found(differenceAt(recorded, index, command, insteadOf(command, unmatched)));
    if (!same(command, partner)) return found(differenceAt(recorded, index, command, partner));
    unmatched.splice(place, 1);
  }
  return { difference: undefined, unmatched };
}

/** Whether the two stand at the same place, whatever they are. */
function pairs(recorded: RecordedCommand, made: MadeCommand): boolean {
  const local = recorded.kind === 'local activity';
  if (local !== (made.kind === 'local activity')) return false;
  return local ? recorded.seq === made.seq : true;
}

function same(one: Command, other: Command): boolean {
  if (one.kind !== other.kind) return false;
  // Not every event keeps the name that its command had.
  return one.name === undefined || other.name === undefined || one.name === other.name;
}

/** Made and not recorded: the history has gone on to a later workflow task. Local activities may end in a later one. */
function isExtra(made: MadeCommand, next: RecordedCommand): boolean {
  return made.kind !== 'local activity' && made.startedEventId < next.startedEventId;
}

/** The code did not make the recorded command: what it made in its place, if anything. */
function insteadOf(recorded: RecordedCommand, unmatched: readonly MadeCommand[]): MadeCommand | undefined {
  return unmatched.find((one) => one.startedEventId <= recorded.startedEventId);
}

function differenceAt(
  recorded: readonly RecordedCommand[],
  index: number,
  here: RecordedCommand | undefined,
  made: MadeCommand | undefined,
): Difference {
  return {
    recorded: here,
    made,
    before: recorded.slice(Math.max(0, index - CONTEXT), index),
    after: recorded.slice(here === undefined ? index : index + 1, index + 1 + CONTEXT),
  };
}
