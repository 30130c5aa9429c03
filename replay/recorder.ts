/**
 * Goes into the workflow bundle for replays only: tells what the code asks for, activation by activation. The history says
 * what was asked for then; `first-difference.ts` lays the two side by side.
 */
import { proxySinks, type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import type { RecorderSinks } from './recorder-sinks.ts';

const { recorder } = proxySinks<RecorderSinks>();

export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      concludeActivation(input, next) {
        const output = next(input);
        const made = output.commands.map((command) => {
          const [name, attributes] = Object.entries(command).find(([, value]) => value != null) ?? ['nothing', {}];
          return { command: name, ...pick(attributes) };
        });
        // The history is as long as the event that started this workflow task.
        if (made.length > 0) recorder.made(workflowInfo().historyLength, made);
        return output;
      },
    },
  ],
});

/** The parts of a command's attributes that history keeps as well. */
function pick(attributes: object): { seq?: number; name?: string } {
  const seq = 'seq' in attributes ? attributes.seq : undefined;
  const names = ['activityType', 'workflowType', 'patchId', 'signalName'] as const;
  const name = names.map((key) => (key in attributes ? Reflect.get(attributes, key) : undefined)).find(isText);
  return { ...(typeof seq === 'number' ? { seq } : {}), ...(name === undefined ? {} : { name }) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
