/** The two conversations that are compared, each through two doors, as something one can talk to. */
import { createClient } from '../client/index.ts';
import { workflowIdOf } from '../core/conversation.ts';
import { openEvents } from '../db/events.ts';
import { acceptMessage } from '../db/inbox.ts';
import { conversationsOn } from '../engine/conversations.ts';
import { sayPlainly } from './plain/say.ts';
import { PLAIN_TASK_QUEUE, type Processes, type Stack, TASK_QUEUE, TENANT } from './stack.ts';

export interface Subject {
  readonly name: 'handback' | 'plain';
  readonly processes: Processes;
  /** Says something and waits for the answer. @param first whether the conversation is new */
  say(conversation: string, text: string, first: boolean): Promise<void>;
  workflowId(conversation: string): string;
}

export interface Pair {
  readonly handback: Subject;
  readonly plain: Subject;
}

export interface Subjects {
  /** Through their HTTP APIs. */
  readonly http: Pair;
  /** Without an API between: a row and a nudge, then the turn's row; and an update. */
  readonly direct: Pair;
  close(): Promise<void>;
}

const WAIT_MS = 120_000;
const CUSTOMER = { id: 'customer-1' };

export function subjectsOf(stack: Stack): Subjects {
  const client = createClient({ baseUrl: stack.apiUrl, key: stack.apiKey });
  const events = openEvents(stack.database);
  const conversations = conversationsOn(stack.temporal, TASK_QUEUE);
  let messages = 0;

  const handback = {
    name: 'handback' as const,
    processes: stack.handback,
    workflowId: (id: string) => workflowIdOf({ tenant: TENANT, id }),
  };
  const plain = { name: 'plain' as const, processes: stack.plain, workflowId: (id: string) => `plain:${id}` };
  const introduction = (first: boolean) => (first ? { agent: 'bench', customer: CUSTOMER } : {});

  return {
    http: {
      handback: {
        ...handback,
        async say(conversation, text, first) {
          const turn = await client.send(conversation, { text, ...introduction(first) }, { wait: WAIT_MS });
          if (turn.outcome !== 'replied') throw new Error(`${conversation}: the turn ended as ${turn.outcome}`);
        },
      },
      plain: {
        ...plain,
        async say(conversation, text, first) {
          const response = await fetch(stack.plainUrl, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ workflowId: plain.workflowId(conversation), text, first }),
          });
          if (!response.ok) throw new Error(`${conversation}: ${await response.text()}`);
          await response.json();
        },
      },
    },
    direct: {
      handback: {
        ...handback,
        async say(conversation, text, first) {
          const ref = { tenant: TENANT, id: conversation };
          const message = { messageId: `m${messages++}`, text, ...introduction(first) };
          const accepted = await acceptMessage(stack.database, ref, message, 'api');
          if (accepted.kind !== 'accepted') throw new Error(`${conversation}: ${accepted.kind}`);
          const turn = events.waitForTurn(ref, accepted.seq, { timeoutMs: WAIT_MS });
          await conversations.nudge(ref);
          if ((await turn)?.outcome !== 'replied') throw new Error(`${conversation}: no reply`);
        },
      },
      plain: {
        ...plain,
        async say(conversation, text, first) {
          await sayPlainly(stack.temporal, PLAIN_TASK_QUEUE, plain.workflowId(conversation), text, first);
        },
      },
    },
    close: () => events.close(),
  };
}

/** Milliseconds until the answer. */
export async function timed(subject: Subject, conversation: string, text: string, first = false): Promise<number> {
  const began = performance.now();
  await subject.say(conversation, text, first);
  return performance.now() - began;
}

let made = 0;
/** A conversation nobody has spoken in yet. */
export function newConversation(subject: Subject): string {
  return `${subject.name}-${made++}`;
}
