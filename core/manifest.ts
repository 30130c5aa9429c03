/**
 * The manifest: an agent's definition as plain frozen JSON, derived by `defineAgent`, pinned by a conversation's run.
 * Its hash is the revision. Tool code is looked up by name when a call runs; everything else comes from here.
 */

import type { Budgets } from './budget.ts';
import type { Json } from './policy/json.ts';
import type { Rule } from './policy/rule.ts';

export type { Json };

/** `rules`: the tool's rules decide about each call. */
export type Permission = 'allow' | 'deny' | 'rules';

/** What stands in for a tool that does not work, in this order. */
export interface ToolFallback {
  /** The last answer to the same arguments, not older than `forMs`. Never of a tool that changes something. */
  readonly cached?: { readonly forMs: number; readonly confidence: number };
  /** Another tool of the agent. */
  readonly alternative?: { readonly tool: string; readonly confidence: number };
  /** The question that the customer is asked instead; the turn ends with it. */
  readonly ask?: string;
  /** A person: the turn ends as escalated. */
  readonly escalate?: true;
}

export interface ToolManifest {
  readonly name: string;
  readonly description: string;
  readonly permission: Permission;
  /** Where the permission is `rules`. */
  readonly rules?: readonly Rule[];
  /** Why a change that is always allowed is meant. */
  readonly acknowledged?: string;
  /** A call in plain words, e.g. `Refund {amount} euros`: what whoever has to say yes reads. */
  readonly action?: string;
  /** Whether a call changes something outside. Such a call gets an intent row before it runs. */
  readonly sideEffect: boolean;
  /** A change that may be made again under its key. Absent where it is not. */
  readonly idempotent?: boolean;
  readonly timeoutMs: number;
  readonly fallback?: ToolFallback;
  /** JSON Schema of the arguments, as the model sees it. */
  readonly input: { readonly [key: string]: Json };
}

/** A model to go on with when the first one does not answer. */
export type FallbackModel = Omit<ModelManifest, 'fallbacks'>;

export interface ModelManifest {
  readonly name: string;
  /** Who serves it; absent: the default provider. A worker knows address and key of each. */
  readonly provider?: string;
  /** How long one model call may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly temperature?: number;
  readonly maxOutputTokens?: number;
  /** US dollars per million tokens, where the built-in price list does not know the model. */
  readonly price?: { readonly input: number; readonly cachedInput?: number; readonly output: number };
  /** In the order in which they are tried. */
  readonly fallbacks?: readonly FallbackModel[];
}

/** One name for one model of one provider: what breakers and messages call it. */
export function modelNameOf({ name, provider }: Pick<ModelManifest, 'name' | 'provider'>): string {
  return provider === undefined ? name : `${provider}/${name}`;
}

export interface Limits {
  /** Model calls a turn. */
  readonly steps: number;
  /** Tool calls a step; what is asked for beyond is refused to the model. */
  readonly toolCallsPerStep: number;
  /** How long a turn may take, in milliseconds. Time in which no worker or no database was there does not count. */
  readonly turnMs: number;
  /** Transcript rows a prompt may carry. */
  readonly windowRows: number;
  /** Tokens of transcript a prompt may carry. */
  readonly windowTokens: number;
  /** Characters of one tool result the model gets to see; the whole result is kept in Postgres. */
  readonly toolResultCharacters: number;
}

/** Settings of guardrails, where they differ from the usual ones. */
export interface GuardrailSettings {
  /** Personal values in replies (`guardrails/output/pii`), by type; `off`: nothing is looked for. */
  readonly pii?: 'off' | PiiSettings;
  /** Instructions to the model in what customers say and tools return (`guardrails/input`); `off`: nothing is looked for. */
  readonly injection?: 'off';
  /** What a reply must not say, word for word (`guardrails/output/phrases.ts`). */
  readonly phrases?: { readonly banned: readonly string[] };
  /** Promises no reply may make (`guardrails/output/promises.ts`); `off`: none is looked for. */
  readonly promises?: 'off' | PromiseSettings;
  /** The language of replies: the customer's (usual), one of these ISO 639-1 codes, or `off`: any. */
  readonly language?: 'customer' | 'off' | readonly string[];
  /**
   * Values and claims of a reply against what the conversation bears out (`guardrails/output/facts`). Left out, they are not
   * looked at: an agent may be there to say what no tool returned.
   */
  readonly facts?: 'on';
  /** What the agent is there for (`guardrails/input/scope`); a message about anything else is declined. Left out, none is. */
  readonly scope?: ScopeSettings;
}

export interface ScopeSettings {
  /** What customers ask the agent, about ten an intent; `label`: the intent. May be empty where there is a description. */
  readonly examples: readonly { readonly text: string; readonly label?: string }[];
  /** What it is there for, in a few words: the customer hears it when declined. Alone, without examples, it is a weak measure. */
  readonly description?: string;
  /** From 0 to 1: a message that scores as much or more is off topic. Left out, it is derived from the examples. */
  readonly threshold?: number;
  /** What the customer hears instead of the usual sentence, whatever the language. */
  readonly decline?: string;
}

export interface PromiseSettings {
  /** Categories besides the usual ones: `refund`, `discount`, `deadline`. */
  readonly forbidden?: readonly string[];
  /** Categories this agent may promise, or the wording it may use, e.g. "covered by our 2 year guarantee". */
  readonly allowed?: readonly string[];
}

export interface PiiSettings {
  readonly actions?: { readonly [type: string]: 'pass' | 'redact' | 'block' | 'escalate' };
  /** Values that every customer may see, e.g. the shop's own address and telephone number; `@example.com`: a domain. */
  readonly allow?: readonly string[];
  /** Types of which even the customer's own value is shown only as a hint. */
  readonly maskOwn?: readonly string[];
  /** ISO 3166 codes of the countries whose telephone numbers are recognised without a label. */
  readonly regions?: readonly string[];
}

export interface Manifest {
  readonly agent: string;
  readonly revision: string;
  readonly model: ModelManifest;
  readonly instructions: string;
  readonly tools: readonly ToolManifest[];
  readonly limits: Limits;
  /** What it may spend. */
  readonly budgets?: Budgets;
  readonly guardrails?: GuardrailSettings;
  /** There are people who go on with what the agent cannot do; `say`: what the customer hears then. */
  readonly escalation?: { readonly say: string };
}

export const DEFAULT_LIMITS: Limits = {
  steps: 12,
  toolCallsPerStep: 16,
  turnMs: 300_000,
  windowRows: 80,
  windowTokens: 24_000,
  toolResultCharacters: 64_000,
};

/**
 * The most that `limits` can ask for. A transcript row's place is turn, step (to 998, which is kept for an apology; 999 is the turn's end) and call (to
 * 999), and a model that asks for more than 64 calls at once has gone wrong.
 */
export const MOST = { steps: 997, toolCallsPerStep: 64 } as const;

/** What the workflow branches on, recorded in history by the run's first activity. Small on purpose. */
export interface PinnedManifest {
  readonly agent: string;
  readonly revision: string;
  readonly steps: number;
  readonly toolCallsPerStep: number;
  /** How long a turn may take. */
  readonly turnMs: number;
  /** Models beside the first. */
  readonly fallbackModels: number;
  /** What the customer hears when a person takes over; absent where there are none. */
  readonly passedOn?: string;
  /** Permission, effect and timeout by tool name. A tool that is not here is denied. */
  readonly tools: { readonly [name: string]: PinnedTool };
}

export interface PinnedTool {
  readonly permission: Permission;
  readonly sideEffect: boolean;
  /** What may be tried when it does not work; absent where nothing is offered. */
  readonly offers?: {
    readonly cached: boolean;
    readonly alternative?: string;
    readonly ask?: string;
    readonly escalate?: true;
  };
}

export function pin(manifest: Manifest): PinnedManifest {
  return {
    agent: manifest.agent,
    revision: manifest.revision,
    steps: manifest.limits.steps,
    toolCallsPerStep: manifest.limits.toolCallsPerStep,
    turnMs: manifest.limits.turnMs,
    fallbackModels: manifest.model.fallbacks?.length ?? 0,
    ...(manifest.escalation === undefined ? {} : { passedOn: manifest.escalation.say }),
    tools: Object.fromEntries(manifest.tools.map((tool) => [tool.name, pinTool(tool)])),
  };
}

function pinTool({ permission, sideEffect, fallback }: ToolManifest): PinnedTool {
  if (fallback === undefined) return { permission, sideEffect };
  const { cached, alternative, ask, escalate } = fallback;
  const offers = {
    cached: cached !== undefined,
    ...(alternative === undefined ? {} : { alternative: alternative.tool }),
    ...(ask === undefined ? {} : { ask }),
    ...(escalate === undefined ? {} : { escalate }),
  };
  return { permission, sideEffect, offers };
}
