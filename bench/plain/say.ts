/** One customer message to the plain conversation. */
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import { messageUpdate, PLAIN } from './messages.ts';

export async function sayPlainly(
  client: Client,
  taskQueue: string,
  workflowId: string,
  text: string,
  first: boolean,
): Promise<string> {
  if (!first) return client.workflow.getHandle(workflowId).executeUpdate(messageUpdate, { args: [text] });
  const startWorkflowOperation = new WithStartWorkflowOperation(PLAIN, {
    workflowId,
    taskQueue,
    args: [],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  return client.workflow.executeUpdateWithStart(messageUpdate, { args: [text], startWorkflowOperation });
}
