/** What Temporal recorded of a conversation, in a few words. */
import { Client, Connection } from '@temporalio/client';
import { workflowIdOf } from '../../core/conversation.ts';

export interface Recorded {
  readonly runId: string;
  /** Event types in order, e.g. `workflowTaskCompleted`. */
  readonly events: readonly string[];
}

const ATTRIBUTES = 'EventAttributes';

export async function recordedOf(temporalAddress: string, conversation: string): Promise<Recorded> {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    const handle = new Client({ connection }).workflow.getHandle(workflowIdOf({ tenant: 'dev', id: conversation }));
    const { runId } = await handle.describe();
    const { events } = await handle.fetchHistory();
    return { runId, events: (events ?? []).map(typeOf) };
  } finally {
    await connection.close();
  }
}

/** An event's type shows in which of its attributes are set. */
function typeOf(event: object): string {
  const set = Object.entries(event).find(([name, value]) => name.endsWith(ATTRIBUTES) && value !== null);
  return set === undefined ? 'unknown' : set[0].slice(0, -ATTRIBUTES.length);
}

const WORDS: readonly (readonly [string, string])[] = [
  ['workflowExecutionSignaled', 'nudge'],
  ['workflowTaskCompleted', 'workflow task'],
  ['workflowTaskTimedOut', 'workflow task that timed out'],
  ['markerRecorded', 'quick activity'],
  ['activityTaskScheduled', 'durable activity'],
];

/** e.g. `7 events: 1 nudge, 1 workflow task, 3 quick activities`. */
export function inWords(events: readonly string[]): string {
  const counted = WORDS.flatMap(([type, word]) => {
    const count = events.filter((event) => event === type).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? word : plural(word)}`];
  });
  return `${events.length} events: ${counted.join(', ')}`;
}

function plural(word: string): string {
  if (word.endsWith('activity')) return word.replace(/y$/, 'ies');
  return word.replace(/^(workflow task|nudge)/, '$1s');
}
