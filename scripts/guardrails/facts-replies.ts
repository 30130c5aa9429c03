/** The replies of the recorded conversations, each with what was known when it was said. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changesSomething } from '../../examples/airline/catalogue.ts';
import { type RecordedCall, readRecordings } from '../../examples/airline/recording.ts';
import type { Change, Evidence } from '../../guardrails/output/facts/types.ts';

export interface RecordedReply {
  readonly conversation: string;
  /** Which half of the conversations: rules were written looking at `even` alone. */
  readonly half: 'even' | 'odd';
  readonly text: string;
  readonly evidence: Evidence;
}

/** @throws AirlineDataError where the folder has no recordings */
export function recordedReplies(directory: string): readonly RecordedReply[] {
  const instructions = [
    readFileSync(join(directory, 'policy.md'), 'utf8'),
    readFileSync(join(directory, 'tools.json'), 'utf8'),
  ];
  return readRecordings(directory).flatMap(({ id, customerId, turns }, index) => {
    const results: string[] = [];
    const asked: string[] = [];
    const customer = [customerId];
    const said: string[] = [];
    const changes: Change[] = [];
    const replies: RecordedReply[] = [];
    for (const turn of turns) {
      customer.push(turn.customer);
      for (const step of turn.steps) {
        const text = step.kind === 'reply' ? step.text : step.said;
        if (text !== '') {
          const evidence = { results, asked, customer, said, changes };
          const copied = Object.fromEntries(
            Object.entries(evidence).map(([name, list]) => [name, [...list]]),
          ) as typeof evidence;
          replies.push({
            conversation: id,
            half: index % 2 === 0 ? 'even' : 'odd',
            text,
            evidence: { ...copied, instructions },
          });
          said.push(text);
        }
        if (step.kind === 'reply') continue;
        for (const call of step.calls) {
          asked.push(call.arguments);
          results.push(call.result);
          if (changesSomething(call.name)) changes.push(changeOf(call));
        }
      }
    }
    return replies;
  });
}

function changeOf({ name, arguments: args, result }: RecordedCall): Change {
  return { tool: name, outcome: result.startsWith('Error') ? 'rejected' : 'done', arguments: args, result };
}
