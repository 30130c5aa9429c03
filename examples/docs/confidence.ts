/** How sure a tool is of what it returns: the example of docs/authoring.md. */
import { z } from 'zod';
import { defineTool } from '../../agents/define.ts';

/** Minutes until the bus comes: live where a bus reports its position, from the timetable otherwise. */
export interface Departures {
  live(stop: string, signal: AbortSignal): Promise<number | undefined>;
  planned(stop: string): number | undefined;
}

export const nextBus = (departures: Departures) =>
  // #region confidence
  defineTool({
    name: 'next_bus',
    description: 'Say in how many minutes the next bus leaves a stop.',
    permission: 'allow',
    sideEffect: false,
    timeout: '3s',
    input: z.object({ stop: z.string() }),
    output: z.object({ minutes: z.number() }),
    async run({ stop }, { signal }) {
      const live = await departures.live(stop, signal);
      if (live !== undefined) return { data: { minutes: live }, confidence: 1 };
      const planned = departures.planned(stop);
      if (planned === undefined) return { rejected: `No bus stops at ${stop}.` };
      return { data: { minutes: planned }, confidence: 0.6 };
    },
  });
// #endregion confidence
