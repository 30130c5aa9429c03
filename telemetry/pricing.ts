/** What a model call cost. */
import type { ModelManifest } from '../core/manifest.ts';
import type { RawUsage } from '../core/prompt.ts';

interface Price {
  /** US dollars per million tokens. */
  readonly input: number;
  readonly cachedInput?: number;
  readonly output: number;
}

/** Providers' list prices, US dollars per million tokens. A manifest's own price comes first. */
const LIST_PRICES: Readonly<Record<string, Price>> = {
  'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
  'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
  'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
  'gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, cachedInput: 0.025, output: 0.4 },
  'handback-stand-in': { input: 0, output: 0 },
};

/**
 * @param answered the model's name as the service gave it, e.g. with a date behind it
 * @returns US dollars, or `null` where the price or the usage is not known: never a guess
 */
export function costUsd(model: ModelManifest, answered: string, usage: RawUsage | null): number | null {
  const price = model.price ?? LIST_PRICES[answered] ?? LIST_PRICES[answered.replace(/-\d{4}-\d{2}-\d{2}$/, '')];
  if (price === undefined || usage === null) return null;
  const input = count(usage, 'prompt_tokens');
  const output = count(usage, 'completion_tokens');
  if (input === undefined || output === undefined) return null;
  const details = usage['prompt_tokens_details'];
  // Some services count cached tokens beside the others and not among them.
  const cached = isObject(details) ? Math.min(count(details, 'cached_tokens') ?? 0, input) : 0;
  const dollars = (input - cached) * price.input + cached * (price.cachedInput ?? price.input) + output * price.output;
  return dollars / 1_000_000;
}

/** Input and output tokens together; what the service did not say counts as nothing. */
export function tokensOf(usage: RawUsage | null): number {
  if (usage === null) return 0;
  const both = (count(usage, 'prompt_tokens') ?? 0) + (count(usage, 'completion_tokens') ?? 0);
  return Math.round(Math.min(Math.max(count(usage, 'total_tokens') ?? 0, both), MOST_TOKENS));
}

/** What a column holds; no model answers with as many. */
const MOST_TOKENS = 1_000_000_000;

function count(object: { readonly [key: string]: unknown }, name: string): number | undefined {
  const value = object[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Math.min(Math.max(value, 0), MOST_TOKENS);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
