/**
 * What a platform user writes: `defineTool` and `defineAgent`.
 *
 * Both only check and derive plain data; nothing is registered anywhere. Everything a definition can get wrong throws a
 * `DefinitionError` here, when the file that holds it is loaded, with the file, the name and the fix.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { namedIn } from '../core/confirmation/action.ts';
import type { Customer } from '../core/conversation.ts';
import { PASSED_ON } from '../core/escalation.ts';
import { FailureError } from '../core/failure.ts';
import {
  DEFAULT_LIMITS,
  type GuardrailSettings,
  type Json,
  type Limits,
  type Manifest,
  MOST,
  type ToolManifest,
} from '../core/manifest.ts';
import type { ToolResult } from '../core/tool-result.ts';
import { type BudgetsSpec, budgetsOf } from './budgets.ts';
import { DefinitionError, definitionSite, type Wrong } from './definition-error.ts';
import { type Duration, timeoutOf } from './duration.ts';
import { type EffectContext, effectKeyOf } from './effect-key.ts';
import { type FallbackSpec, fallbackOf } from './fallback.ts';
import { guardrailsOf } from './guardrails.ts';
import { type ModelsSpec, modelOf } from './model.ts';
import { checkPermissions, type PermissionSpec, permissionOf } from './rules.ts';

/** What a tool gets besides its arguments. */
export interface ToolContext {
  /**
   * The same for every attempt of this call, and different for every other call, except where `effectKey` says that it is
   * the same change: pass it to whatever the tool changes.
   */
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
   *
   * @returns the answer where there is one already, and nothing is to run
   */
  begins?(idempotencyKey: string): Promise<ToolResult | undefined>;
}

/**
 * Whether a change that is in doubt has happened. `happened: false` means that it has not and will not: what may still be
 * on its way to the service is `'unknown'`.
 */
export type Reconciliation<O> =
  | { readonly happened: true; readonly data: O; readonly confidence?: number }
  | { readonly happened: false }
  | 'unknown';

/** The same, with the data as the platform keeps it. */
export type Reconciled = ToolResult | 'did_not_happen' | 'unknown';

/** Data and how far it can be relied on (0 to 1), or a sentence saying why the business says no. */
export type ToolAnswer<O> =
  | { readonly data: O; readonly confidence: number }
  | { readonly rejected: string; readonly confidence?: number };

export interface ToolSpec<I, O> {
  readonly name: string;
  readonly description: string;
  readonly permission: PermissionSpec;
  /** Why `permission: 'allow'` is meant for a tool that changes something. Without it, workers warn when they start. */
  readonly acknowledged?: string;
  /**
   * A call in plain words, with arguments as `{name}`, e.g. `Refund {amount} euros for order {orderId}`. Whoever has to say yes
   * reads it, followed by the arguments it leaves out. Left out, it is made of the tool's name.
   */
  readonly action?: string;
  /** Does a call change something? Then it gets an intent row before it runs and its outcome may become `unknown`. */
  readonly sideEffect: boolean;
  /**
   * Running it twice with the same `idempotencyKey` changes nothing more and gives the same answer. Only then is a change
   * that broke off made again; without it, it is `unknown`. Default false; without `sideEffect` it makes no difference.
   */
  readonly idempotent?: boolean;
  /** How long one call may take; default 30 s. */
  readonly timeout?: Duration;
  /** What stands in for it when it does not work. */
  readonly fallback?: FallbackSpec<I>;
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** Looks at data before anything runs; a string denies the call and says why. */
  authorize?(input: I, context: ToolContext): Promise<string | undefined>;
  /**
   * What makes two calls of one conversation the same change, e.g. `({ orderId }) => ['refund', orderId]`. The second is
   * then not made: it gets the answer of the first. Left out, every call is a change of its own. Only with `sideEffect`.
   */
  effectKey?(input: I, context: EffectContext): string | readonly string[];
  /**
   * Looks whether the change with this `idempotencyKey` has happened. Asked when that is in doubt, before anything else;
   * may be asked several times. When it throws it is asked again as often as the failure deserves. Only with `sideEffect`.
   */
  reconcile?(input: I, context: ToolContext): Promise<Reconciliation<O>>;
  run(input: I, context: ToolContext): Promise<ToolAnswer<O>>;
}

export interface Tool {
  readonly manifest: ToolManifest;
  /** What its alternative is given for these arguments. @throws FailureError, or whatever the author's mapping throws */
  alternativeArguments?(rawArguments: unknown): unknown;
  /** What `run` gets for these arguments, defaults and conversions included, as JSON. @throws FailureError */
  parse?(rawArguments: unknown): Json;
  /**
   * Parses the arguments and authorises, so that nobody is asked about a call that would not run anyway.
   *
   * @returns why it must not run
   * @throws FailureError, or whatever the author's `authorize` throws
   */
  check?(rawArguments: unknown, context: ToolContext): Promise<string | undefined>;
  /** Parses the arguments, authorises, runs, parses the result. @throws FailureError, or whatever `run` throws */
  call(rawArguments: unknown, context: ToolCallContext): Promise<ToolResult>;
  /** Absent where nobody can say. @throws FailureError, or whatever the author's `reconcile` throws */
  reconcile?(rawArguments: unknown, context: ToolContext): Promise<Reconciled>;
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
  if (typeof spec.sideEffect !== 'boolean') {
    throw wrong('does not say whether it changes something', 'Set sideEffect: true or false.');
  }
  if (spec.idempotent !== undefined && typeof spec.idempotent !== 'boolean') {
    throw wrong('does not say whether it is idempotent', 'Set idempotent: true or false, or leave it out.');
  }
  for (const hook of ['effectKey', 'reconcile'] as const) {
    if (spec[hook] === undefined || spec.sideEffect) continue;
    throw wrong(`has ${hook} and changes nothing`, `Set sideEffect: true, or leave ${hook} out.`);
  }
  const timeoutMs = timeoutOf(spec.timeout ?? '30s', wrong);
  const input = inputSchema(spec.input, wrong);
  const manifest: ToolManifest = deepFreeze({
    name: spec.name,
    description: spec.description,
    ...permissionOf(spec.permission, wrong),
    ...(spec.acknowledged === undefined ? {} : { acknowledged: spec.acknowledged }),
    ...(spec.action === undefined ? {} : { action: actionSentence(spec.action, input, wrong) }),
    sideEffect: spec.sideEffect,
    // Left out where it says nothing, so that it is no part of the revision of an agent that does not use it.
    ...(spec.sideEffect && spec.idempotent === true ? { idempotent: true } : {}),
    timeoutMs,
    ...(spec.fallback === undefined ? {} : { fallback: fallbackOf(spec.fallback, spec.sideEffect, wrong) }),
    input,
  });
  const { alternative } = spec.fallback ?? {};
  return {
    manifest,
    parse: (raw) => toJson(parseArguments(spec, raw)),
    check: (raw, context) => checkCall(spec, raw, context),
    call: (raw, context) => callTool(spec, raw, context),
    ...(alternative === undefined
      ? {}
      : { alternativeArguments: (raw) => alternative.arguments(parseArguments(spec, raw)) }),
    ...(spec.reconcile === undefined ? {} : { reconcile: (raw, context) => reconcileTool(spec, raw, context) }),
  };
}

/** Names only arguments that are there. @throws DefinitionError */
function actionSentence(action: string, input: ToolManifest['input'], wrong: Wrong): string {
  const { properties } = input;
  const known = typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const unknown = namedIn(action).find((name) => !known.includes(name));
  if (unknown !== undefined) throw wrong(`has an action that names "${unknown}"`, `Use one of ${known.join(', ')}.`);
  if (action.trim() !== '' && action.length <= LONGEST_SENTENCE) return action;
  throw wrong('has an action that says nothing or too much', `Use 1 to ${LONGEST_SENTENCE} characters.`);
}

async function checkCall<I, O>(spec: ToolSpec<I, O>, raw: unknown, given: ToolContext): Promise<string | undefined> {
  const input = parseArguments(spec, raw);
  return spec.authorize?.(input, withEffectKey(spec, input, given));
}

async function callTool<I, O>(
  spec: ToolSpec<I, O>,
  raw: unknown,
  { begins, ...given }: ToolCallContext,
): Promise<ToolResult> {
  const input = parseArguments(spec, raw);
  const context = withEffectKey(spec, input, given);
  const reason = await spec.authorize?.(input, context);
  if (reason !== undefined) return { outcome: 'denied', confidence: 1, data: reason };
  const answered = await begins?.(context.idempotencyKey);
  if (answered !== undefined) return answered;
  const answer = await spec.run(input, context);
  if ('rejected' in answer) return { outcome: 'rejected', confidence: answer.confidence ?? 1, data: answer.rejected };
  return { outcome: 'done', confidence: answer.confidence, data: outputOf(spec, answer.data) };
}

async function reconcileTool<I, O>(spec: ToolSpec<I, O>, raw: unknown, given: ToolContext): Promise<Reconciled> {
  const input = parseArguments(spec, raw);
  const answer = (await spec.reconcile?.(input, withEffectKey(spec, input, given))) ?? 'unknown';
  if (answer === 'unknown') return 'unknown';
  if (!answer.happened) return 'did_not_happen';
  return { outcome: 'done', confidence: answer.confidence ?? 1, data: outputOf(spec, answer.data) };
}

function withEffectKey<I, O>(spec: ToolSpec<I, O>, input: I, context: ToolContext): ToolContext {
  if (spec.effectKey === undefined) return context;
  const { tenant, conversationId, customer } = context;
  const of: EffectContext = { tenant, conversationId, customer };
  return { ...context, idempotencyKey: effectKeyOf(spec.name, of, spec.effectKey(input, of)) };
}

function outputOf<I, O>({ name, output }: ToolSpec<I, O>, data: unknown): Json {
  const parsed = output.safeParse(data);
  if (parsed.success) return toJson(parsed.data);
  throw new FailureError({
    kind: 'invalid_tool_output',
    message: `${name} returned what its output schema rejects. ${z.prettifyError(parsed.error)}`,
  });
}

function parseArguments<I, O>({ name, input }: ToolSpec<I, O>, raw: unknown): I {
  const parsed = input.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new FailureError({
    kind: 'invalid_model_output',
    message: `The arguments of ${name} are wrong. ${z.prettifyError(parsed.error)}`,
  });
}

/** What a schema accepted may still hold dates, `undefined` or class instances; what is kept and shown is its JSON. */
function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}

export interface AgentSpec {
  readonly id: string;
  readonly model: ModelsSpec;
  readonly instructions: string;
  readonly tools: readonly Tool[];
  readonly limits?: Partial<Limits>;
  readonly budgets?: BudgetsSpec;
  /** Where its guardrails are to differ from the usual. */
  readonly guardrails?: GuardrailSettings;
  /**
   * There are people who go on where the agent cannot: what would end in an apology ends as `escalated`, and operators see it.
   * `say`: what the customer hears then.
   */
  readonly escalation?: { readonly say?: string };
}

export interface Agent {
  readonly id: string;
  readonly manifest: Manifest;
  readonly tools: ReadonlyMap<string, Tool>;
}

const LONGEST_SENTENCE = 500;
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
  for (const { manifest } of spec.tools) checkFallback(manifest, tools, spec, wrong);
  checkPermissions(
    spec.tools.map(({ manifest }) => manifest),
    wrong,
  );
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
    // Left out where they say nothing, so that they are no part of the revision of an agent without them.
    ...(spec.budgets === undefined ? {} : { budgets: budgetsOf(spec.budgets, wrong) }),
    ...(spec.guardrails === undefined ? {} : { guardrails: guardrailsOf(spec.guardrails, wrong) }),
    ...(spec.escalation === undefined ? {} : { escalation: { say: sayOf(spec.escalation, wrong) } }),
  };
  const revision = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  return { id: spec.id, manifest: deepFreeze({ ...content, revision }), tools };
}

function sayOf({ say = PASSED_ON }: NonNullable<AgentSpec['escalation']>, wrong: Wrong): string {
  if (say.trim() !== '' && say.length <= LONGEST_SENTENCE) return say;
  throw wrong(
    'says nothing or too much when it escalates',
    `Set escalation.say to 1 to ${LONGEST_SENTENCE} characters.`,
  );
}

function checkFallback(
  { name, fallback }: ToolManifest,
  tools: ReadonlyMap<string, Tool>,
  { escalation }: AgentSpec,
  wrong: Wrong,
): void {
  if (fallback?.escalate === true && escalation === undefined) {
    throw wrong(`has a tool "${name}" that escalates, and nobody to escalate to`, 'Add escalation: {} to the agent.');
  }
  const other = fallback?.alternative?.tool;
  if (other === undefined) return;
  if (other === name) throw wrong(`has a tool "${name}" that falls back on itself`, 'Name another tool.');
  if (!tools.has(other)) {
    throw wrong(`has no tool "${other}", on which "${name}" falls back`, 'Add it to tools, with permission: "allow".');
  }
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
