/**
 * Where a value came from, by looking where it stands. What the customer typed is the customer's; what only a tool, a document
 * or a memory said may have been written by anybody; what stands nowhere is the model's.
 *
 * A model that means harm can spell a value so that it stands nowhere. So an argument that money or access goes to needs a
 * `from` in its rule: there, what is found nowhere is not the customer's either.
 */
import { contains, type Prepared, prepared } from './containment.ts';
import type { Facts } from './facts.ts';
import { isList, isRecord, type Json, type Scalar, structured } from './json.ts';
import { referencesIn } from './references.ts';
import type { Origin, Source } from './rule.ts';
import type { Truth } from './truth.ts';

/** Texts by who wrote them, ready to be looked into. */
export interface Sources {
  /** Absent: nobody can say what the customer typed. */
  readonly customer?: readonly Prepared[];
  readonly asserted: readonly Prepared[];
  readonly instructions: readonly Prepared[];
  readonly document: readonly Prepared[];
  readonly memory: readonly Prepared[];
  readonly tools: readonly { readonly tool: string; readonly text: Prepared }[];
}

/** The most trusted first; a value that stands in several comes from the first of them. */
const ORDER = ['asserted', 'customer', 'instructions', 'document', 'memory', 'tool_output'] as const;

const UNTRUSTED: readonly Origin[] = ['document', 'memory', 'tool_output'];

export function isUntrusted(origin: Origin): boolean {
  return UNTRUSTED.includes(origin);
}

export function sourcesOf(facts: Facts): Sources {
  const all = (texts: readonly string[]) => texts.map(prepared);
  return {
    ...(facts.customerTexts === undefined ? {} : { customer: all(facts.customerTexts) }),
    asserted: all([facts.customer.id, ...Object.values(facts.customer.claims ?? {}).map(String)]),
    instructions: all(facts.instructions === undefined ? [] : [facts.instructions]),
    document: all(facts.documents ?? []),
    memory: all(facts.memories ?? []),
    tools: facts.past.flatMap(({ tool, result }) => {
      const text = textsIn(structured(result)).join('\n');
      return text === '' ? [] : [{ tool, text: prepared(text) }];
    }),
  };
}

/**
 * A text of several words that stands nowhere as a whole is the model's wording; what it refers to (links, addresses, account
 * numbers) decides then, the least trusted first.
 */
export function provenanceOf(value: Scalar, sources: Sources): Origin {
  const whole = ORDER.find((origin) => standsIn(value, origin, sources) === 'yes');
  if (whole !== undefined) return whole;
  if (typeof value !== 'string') return 'model';
  const parts = referencesIn(value).flatMap(
    (part) => ORDER.find((origin) => standsIn(part, origin, sources) === 'yes') ?? [],
  );
  return parts.find(isUntrusted) ?? 'model';
}

/** Whether a value stands in one of these sources. */
export function isFrom(value: Scalar, allowed: readonly Source[], sources: Sources): Truth {
  const truths = allowed.map((source) => standsIn(value, source, sources));
  if (truths.includes('yes')) return 'yes';
  if (truths.includes('unknown')) return 'unknown';
  return 'no';
}

function standsIn(value: Scalar, source: Source, sources: Sources): Truth {
  if (source === 'model') {
    const elsewhere = ORDER.map((origin) => standsIn(value, origin, sources));
    if (elsewhere.includes('yes')) return 'no';
    return elsewhere.includes('unknown') ? 'unknown' : 'yes';
  }
  const texts = textsOf(source, sources);
  if (texts === undefined) return 'unknown';
  return texts.some((text) => contains(text, value)) ? 'yes' : 'no';
}

function textsOf(source: Exclude<Source, 'model'>, { tools, ...rest }: Sources): readonly Prepared[] | undefined {
  if (typeof source !== 'string') return tools.filter(({ tool }) => source.tool.includes(tool)).map(({ text }) => text);
  return source === 'tool_output' ? tools.map(({ text }) => text) : rest[source];
}

/** Every text and number in a value, names of keys too: some are ids. */
function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (isList(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]) : [];
}

/** The values in an argument that can have come from somewhere: yes, no and nothing come from nowhere. */
export function leavesOf(value: Json): readonly (string | number)[] {
  if (typeof value === 'string' || typeof value === 'number') return [value];
  if (isList(value)) return value.flatMap(leavesOf);
  return isRecord(value) ? Object.values(value).flatMap(leavesOf) : [];
}
