/** Calls of a tool that changes something, made by one process on a database of its own: no Temporal, no model. */
import { beforeAll } from 'vitest';
import { z } from 'zod';
import type { Attempt } from '../../activities/attempt.ts';
import type { BegunChanges } from '../../activities/begun-changes.ts';
import type { Breakers } from '../../activities/breakers.ts';
import { callTool } from '../../activities/call-tool.ts';
import type { Calling } from '../../activities/calling.ts';
import { createTurnClock } from '../../activities/turn-clock.ts';
import { createTurnMemory } from '../../activities/turn-memory.ts';
import { defineAgent, defineTool, type Tool, type ToolSpec } from '../../agents/define.ts';
import type { ToolCallInput } from '../../core/activities.ts';
import { FailureError } from '../../core/failure.ts';
import type { Database } from '../../db/database.ts';
import { intendEffect } from '../../db/effects.ts';
import { embeddedDatabase } from './embedded.ts';

export const conversation = { tenant: 'acme', id: 'c-1' };
/** The idempotency keys under which tools ran, since the last call was asked for. */
export const ran: string[] = [];
/** What was logged as an error, since then. */
export const errors: object[] = [];

let opened: Database | undefined;
let turns = 0;

/** For the head of a test file. */
export function onEmbeddedDatabase(): void {
  opened = embeddedDatabase();
  beforeAll(async () => {
    await run(`INSERT INTO conversations (tenant, id, agent, customer) VALUES ('acme', 'c-1', 'a', '{"id":"C-1"}')`);
  });
}

export function database(): Database {
  if (opened === undefined) throw new Error('call onEmbeddedDatabase() at the head of the file');
  return opened;
}

export async function run<R>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
  return database().query<R>({ name: `test ${text}`, text }, values);
}

export type Order = { readonly n: number };
export type Run = ToolSpec<Order, string>['run'];

export function change(work: Run, more: Partial<ToolSpec<Order, string>> = {}): Tool {
  return defineTool<Order, string>({
    name: 'change',
    description: 'Changes something.',
    permission: 'allow',
    sideEffect: true,
    input: z.object({ n: z.number() }),
    output: z.string(),
    run(input, context) {
      ran.push(context.idempotencyKey);
      return work(input, context);
    },
    ...more,
  });
}

export const done: Run = async () => ({ data: 'changed', confidence: 1 });
export const broken: Run = async () => {
  throw new TypeError('cannot read properties of undefined');
};
export const idempotent = { idempotent: true } as const;

/** The model has asked for these calls in a turn of their own. */
export async function askedFor(...calls: readonly string[]): Promise<readonly ToolCallInput[]> {
  const turn = ++turns;
  ran.length = 0;
  errors.length = 0;
  const requested = calls.map((args, index) => ({ id: `call_${index + 1}`, name: 'change', arguments: args }));
  await run(
    `INSERT INTO transcript (tenant, conversation, turn, step, call, role, text, tool_calls)
     VALUES ('acme', 'c-1', $1, 1, 0, 'agent', '', $2::text::json)`,
    [turn, JSON.stringify(requested)],
  );
  return calls.map((_, index) => ({ turn, step: 1, call: index + 1, agent: 'a', revision: 'r' }));
}

/** A process with these tools (none: a worker whose code no longer has them), and a call the model has asked for. */
export async function asked(tools: readonly Tool[], args = '{"n":1}') {
  const [input] = await askedFor(args);
  if (input === undefined) throw new Error('one call was asked for');
  const key = keyOf(input);
  return {
    input,
    key,
    call: processWith(tools),
    /** Another process began the call and died. */
    begunElsewhere: () => intendEffect(database(), conversation, input, key, 'change'),
    kept: () => keptOf(input),
    effect: async () => (await effectOf(input))?.state,
  };
}

export const keyOf = ({ turn, step, call }: ToolCallInput) => `acme/c-1/${turn}/${step}/${call}`;

/** What the transcript says of a call. */
export async function keptOf({ turn, call }: ToolCallInput) {
  const [row] = await run<object>(
    `SELECT outcome, confidence, failure ->> 'kind' AS kind, text, attempts FROM transcript
      WHERE conversation = 'c-1' AND turn = $1 AND call = $2`,
    [turn, call],
  );
  return row;
}

/** The effect that a call made, or last tried to. */
export async function effectOf({ turn, call }: ToolCallInput) {
  const [row] = await run<{ state: string; attempts: number; key: string }>(
    `SELECT state, attempts, idempotency_key AS key FROM effects WHERE conversation = 'c-1' AND turn = $1 AND call = $2`,
    [turn, call],
  );
  return row;
}

/** @param given what a test has a look at, in place of its own */
export function processWith(
  tools: readonly Tool[],
  on: Database = database(),
  given: { readonly changes?: BegunChanges; readonly breakers?: Breakers } = {},
) {
  const agent = defineAgent({ id: 'a', model: 'm', instructions: 'Change things.', tools });
  const ignore = () => undefined;
  const calling: Calling = {
    deps: {
      database: on,
      model: { complete: () => Promise.reject(new Error('no model here')) },
      agents: new Map([['a', agent]]),
      holder: 'this-process',
      slowAfterMs: 1_000,
      leaseMs: 3_000,
      freshForMs: 0,
      log: { debug: ignore, info: ignore, warn: ignore, error: (fields) => void errors.push(fields) },
    },
    findManifest: async () => agent.manifest,
    memory: createTurnMemory(0),
    clock: createTurnClock(),
    // What a breaker makes of failures is another story.
    breakers: given.breakers ?? { guard: ({ work }) => work() },
  };
  return callTool(calling, given.changes);
}

export function attempt(number: number, more: Partial<Attempt> = {}): Attempt {
  return { conversation, number, signal: new AbortController().signal, exhausted: undefined, ...more };
}

export const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => (error instanceof FailureError ? error.failure.kind : error),
  );

/** The database, where one statement fails the first time it is asked for. */
export function failingOnce(statement: string): Database {
  let left = 1;
  const real = database();
  return {
    ...real,
    query(wanted, values) {
      if (wanted.name !== statement || left-- <= 0) return real.query(wanted, values);
      return Promise.reject(Object.assign(new Error('terminating connection'), { code: '57P01', severity: 'FATAL' }));
    },
  };
}
