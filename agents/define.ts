/**
 * What a platform user writes: `defineTool` and `defineAgent`.
 *
 * Both only check and derive plain data; nothing is registered anywhere. Everything a definition can get wrong throws a
 * `DefinitionError` here, when the file that holds it is loaded, with the file, the name and the fix.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Customer } from '../core/conversation.ts';
import { FailureError } from '../core/failure.ts';
import {
  DEFAULT_LIMITS,
  type Json,
  type Limits,
  type Manifest,
  MOST,
  type ModelManifest,
  type Permission,
  type ToolManifest,
} from '../core/manifest.ts';
import type { ToolResult } from '../core/tool-result.ts';
import { DefinitionError, definitionSite } from './definition-error.ts';
import { type Duration, milliseconds } from './duration.ts';

/** What a tool gets besides its arguments. */
export interface ToolContext {
  /** The same for every attempt of this call, different for every other call: pass it to whatever the tool changes. */
  readonly idempotencyKey: string;
  /** Fires when the call is cancelled or out of time: pass it to every request. */
  readonly signal: AbortSignal;
  readonly tenant: string;
  readonly conversationId: string;
  /** Who the calling service says this is. Never take the customer's identity from the arguments. */
  readonly customer: Customer;
}

/** What the platform calls a tool with. */
export interface ToolCallContext extends ToolContext {
  /**
   * Awaited when the arguments are parsed and the call is authorised, right before `run`; when it throws, nothing runs.
   * A tool that wraps another one passes it on: whoever does not says that nothing has begun.
   */
  begins?(): Promise<void>;
}

/** Data and how far it can be relied on (0 to 1), or a sentence saying why the business says no. */
export type ToolAnswer<O> =
  | { readonly data: O; readonly confidence: number }
  | { readonly rejected: string; readonly confidence?: number };

export interface ToolSpec<I, O> {
  readonly name: string;
  readonly description: string;
  readonly permission: Permission;
  /** Does a call change something? Then it gets an intent row before it runs and its outcome may become `unknown`. */
  readonly sideEffect: boolean;
  /**
   * Running it twice with the same `idempotencyKey` changes nothing more and gives the same answer. Only then is a change
   * that broke off made again; without it, it is `unknown`. Default false; without `sideEffect` it makes no difference.
   */
  readonly idempotent?: boolean;
  /** How long one call may take; default 30 s. */
  readonly timeout?: Duration;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** Looks at data before anything runs; a string denies the call and says why. */
  authorize?(input: I, context: ToolContext): Promise<string | undefined>;
  run(input: I, context: ToolContext): Promise<ToolAnswer<O>>;
}

export interface Tool {
  readonly manifest: ToolManifest;
  /** Parses the arguments, authorises, runs, parses the result. @throws FailureError, or whatever `run` throws */
  call(rawArguments: unknown, context: ToolCallContext): Promise<ToolResult>;
}

const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * @example
 * const lookupOrder = defineTool({
 *   name: 'lookup_order', description: 'Find one order by its number.', permission: 'allow', sideEffect: false,
 *   input: z.object({ orderId: z.string() }), output: z.object({ status: z.string() }),
 *   async run({ orderId }) { return { data: await orders.find(orderId), confidence: 1 }; },
 * });
 */
export function defineTool<I, O>(spec: ToolSpec<I, O>): Tool {
  const site = definitionSite();
  const wrong = (what: string, fix: string) => new DefinitionError(`tool "${spec.name}"`, what, fix, site);
  if (!TOOL_NAME.test(spec.name)) {
    throw wrong('has a name models do not accept', 'Use 1 to 64 letters, digits, "_" or "-".');
  }
  if (spec.description.trim() === '') throw wrong('has no description', 'Say in one sentence what it does and when.');
  if (spec.permission !== 'allow' && spec.permission !== 'deny') {
    throw wrong('has no permission', "Set permission: 'allow' or 'deny'. Without one the tool could never be called.");
  }
  if (typeof spec.sideEffect !== 'boolean') {
    throw wrong('does not say whether it changes something', 'Set sideEffect: true or false.');
  }
  if (spec.idempotent !== undefined && typeof spec.idempotent !== 'boolean') {
    throw wrong('does not say whether it is idempotent', 'Set idempotent: true or false, or leave it out.');
  }
  const timeoutMs = timeoutOf(spec.timeout ?? '30s', wrong);
  const input = inputSchema(spec.input, wrong);
  const manifest: ToolManifest = deepFreeze({
    name: spec.name,
    description: spec.description,
    permission: spec.permission,
    sideEffect: spec.sideEffect,
    // Left out where it says nothing, so that it is no part of the revision of an agent that does not use it.
    ...(spec.sideEffect && spec.idempotent === true ? { idempotent: true } : {}),
    timeoutMs,
    input,
  });
  return { manifest, call: (raw, context) => callTool(spec, raw, context) };
}

async function callTool<I, O>(
  spec: ToolSpec<I, O>,
  raw: unknown,
  { begins, ...context }: ToolCallContext,
): Promise<ToolResult> {
  const parsed = spec.input.safeParse(raw);
  if (!parsed.success) {
    throw new FailureError({
      kind: 'invalid_model_output',
      message: `The arguments of ${spec.name} are wrong. ${z.prettifyError(parsed.error)}`,
    });
  }
  const reason = await spec.authorize?.(parsed.data, context);
  if (reason !== undefined) return { outcome: 'denied', confidence: 1, data: reason };
  await begins?.();
  const answer = await spec.run(parsed.data, context);
  if ('rejected' in answer) return { outcome: 'rejected', confidence: answer.confidence ?? 1, data: answer.rejected };
  const output = spec.output.safeParse(answer.data);
  if (!output.success) {
    throw new FailureError({
      kind: 'invalid_tool_output',
      message: `${spec.name} returned what its output schema rejects. ${z.prettifyError(output.error)}`,
    });
  }
  return { outcome: 'done', confidence: answer.confidence, data: toJson(output.data) };
}

/** What a schema accepted may still hold dates, `undefined` or class instances; what is kept and shown is its JSON. */
function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

export interface AgentSpec {
  readonly id: string;
  readonly model: string | (Omit<ModelManifest, 'timeoutMs'> & { readonly timeout?: Duration });
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly limits?: Partial<Limits>;
}

export interface Agent {
  readonly id: string;
  readonly manifest: Manifest;
  readonly tools: ReadonlyMap<string, Tool>;
}

const AGENT_ID = /^[a-z][a-z0-9-]{0,62}$/;

/** @throws DefinitionError naming the file and the fix */
export function defineAgent(spec: AgentSpec): Agent {
  const site = definitionSite();
  const wrong = (what: string, fix: string) => new DefinitionError(`agent "${spec.id}"`, what, fix, site);
  if (!AGENT_ID.test(spec.id)) throw wrong('has an odd id', 'Use lower-case letters, digits and "-", e.g. "support".');
  if (spec.instructions.trim() === '') throw wrong('has no instructions', 'Say who the agent is and what it may do.');
  const model = modelOf(spec.model, wrong);
  const tools = new Map<string, Tool>();
  for (const tool of spec.tools) {
    const { name } = tool.manifest;
    if (tools.has(name)) throw wrong(`has two tools called "${name}"`, 'Rename or remove one of them.');
    tools.set(name, tool);
  }
  const limits = { ...DEFAULT_LIMITS, ...spec.limits };
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw wrong(`has limits.${name} = ${value}`, 'Use a whole number of at least 1.');
    }
  }
  for (const name of ['steps', 'toolCallsPerStep'] as const) {
    const most = MOST[name];
    if (limits[name] > most) throw wrong(`has limits.${name} = ${limits[name]}`, `Use at most ${most}.`);
  }
  const content = {
    agent: spec.id,
    model,
    instructions: spec.instructions,
    tools: [...tools.values()].map((tool) => tool.manifest),
    limits,
  };
  const revision = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  return { id: spec.id, manifest: deepFreeze({ ...content, revision }), tools };
}

type Wrong = (what: string, fix: string) => DefinitionError;

function modelOf(model: AgentSpec['model'], wrong: Wrong): ModelManifest {
  const { timeout = '120s', ...rest } = typeof model === 'string' ? { name: model } : model;
  if (rest.name.trim() === '') throw wrong('has no model', 'Name one, e.g. model: "gpt-4o-mini".');
  return { ...rest, timeoutMs: timeoutOf(timeout, wrong) };
}

function timeoutOf(duration: Duration, wrong: Wrong): number {
  const ms = milliseconds(duration);
  if (ms === undefined || ms < 1 || ms > 3_600_000) {
    throw wrong(`has timeout ${JSON.stringify(duration)}`, 'Use e.g. "500ms", "5s" or "2m", at most "60m".');
  }
  return ms;
}

function inputSchema(schema: z.ZodType, wrong: Wrong): ToolManifest['input'] {
  let json: unknown;
  try {
    json = z.toJSONSchema(schema, { io: 'input' });
  } catch (error) {
    throw wrong(
      `has an input that has no JSON Schema (${error instanceof Error ? error.message : String(error)})`,
      'Use plain objects, strings, numbers, booleans, enums and arrays; validate the rest in run().',
    );
  }
  const { $schema: _, ...plain } = json as { [key: string]: Json };
  if (plain['type'] !== 'object') throw wrong('has an input that is not an object', 'Wrap it: input: z.object({ … }).');
  return plain;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
