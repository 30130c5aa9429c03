/** Whether a rule allows this very call, with what was said and done before it. */
import type { Manifest, ToolManifest } from '../core/manifest.ts';
import { decide } from '../core/policy/decide.ts';
import type { Facts, PendingCall } from '../core/policy/facts.ts';
import { isRecord, type Json } from '../core/policy/json.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Queryable } from '../db/database.ts';
import { readSaid } from '../db/past-calls.ts';
import type { Call } from './call.ts';

export interface Permit {
  /** For the ledger. */
  readonly verdict: Verdict;
  /** Why it must not run, in a sentence for the model; absent where it may. */
  readonly denied?: string;
}

/** @returns `undefined` for a tool without rules, which the workflow has decided about */
export async function permitCall(
  database: Queryable,
  manifest: Manifest,
  { attempt, input, request, customer }: Call,
  now: number,
): Promise<Permit | undefined> {
  const tool = manifest.tools.find(({ name }) => name === request.name);
  if (tool?.rules === undefined) return undefined;
  const args = argumentsOf(request);
  if (args === undefined) return refused('default', 'The arguments are no JSON object.');
  const said = await readSaid(database, attempt.conversation, input);
  const facts: Facts = {
    ...{ tool: request.name, arguments: args, customer, turn: input.turn, now },
    past: said.past.flatMap(({ turn, request: asked, text, outcome }) => {
      const given = argumentsOf(asked);
      return given === undefined ? [] : [{ turn, tool: asked.name, arguments: given, result: text, outcome }];
    }),
    pending: said.pending.flatMap(pendingOf),
    utcOffsets: offsetsOf(tool, now),
    customerTexts: said.customerTexts,
    instructions: manifest.instructions,
  };
  const { decision, rule, reason } = decide({ sideEffect: tool.sideEffect, rules: tool.rules }, facts);
  if (decision !== 'allow') return refused(rule, reason);
  return { verdict: { guardrail: 'permission', verdict: 'pass', stage: rule } };
}

function refused(rule: string, reason: string): Permit {
  return { verdict: { guardrail: 'permission', verdict: 'block', stage: rule, reason }, denied: reason };
}

function pendingOf(request: RequestedToolCall): readonly PendingCall[] {
  const given = argumentsOf(request);
  return given === undefined ? [] : [{ tool: request.name, arguments: given }];
}

function argumentsOf({ arguments: written }: RequestedToolCall): { readonly [name: string]: Json } | undefined {
  try {
    const parsed: unknown = JSON.parse(written === '' ? '{}' : written);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Minutes east of UTC, of every zone that the tool's rules name. */
function offsetsOf({ rules = [] }: ToolManifest, now: number): { readonly [zone: string]: number } {
  const zones = [...JSON.stringify(rules).matchAll(/"zone":"([^"]+)"/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(
    [...new Set(zones)].flatMap((zone): [string, number][] => {
      const minutes = offsetOf(zone, now);
      return minutes === undefined ? [] : [[zone, minutes]];
    }),
  );
}

function offsetOf(zone: string, now: number): number | undefined {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(now);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  } catch {
    // A name that is none; a rule that needs it cannot be decided, and so does not allow.
    return undefined;
  }
}
