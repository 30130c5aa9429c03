/** Whether a rule allows this very call, with what was said and done before it. */
import { actionOf } from '../core/confirmation/action.ts';
import type { Manifest, ToolManifest } from '../core/manifest.ts';
import { decide } from '../core/policy/decide.ts';
import type { Facts, PendingCall } from '../core/policy/facts.ts';
import { isRecord, type Json } from '../core/policy/json.ts';
import { amountOf, type DayAmount, dayAmountsIn } from '../core/policy/limits.ts';
import type { RequestedToolCall } from '../core/prompt.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Queryable } from '../db/database.ts';
import { reserveDayAmounts, sumDayAmounts } from '../db/day-amounts.ts';
import { digestOf } from '../db/digest.ts';
import { type Hold, settledFor } from '../db/held-calls.ts';
import { readSaid } from '../db/past-calls.ts';
import { findLeaksInArguments } from '../guardrails/output/canary/arguments.ts';
import { canaryOf } from '../guardrails/output/canary.ts';
import type { Call } from './call.ts';

export interface Permit {
  /** For the ledger. */
  readonly verdict: Verdict;
  /** Why it must not run, in a sentence for the model; absent where it may. */
  readonly denied?: string;
  /** Somebody has to say yes to it first. */
  readonly hold?: Hold;
}

/** @returns `undefined` for a tool without rules, which the workflow has decided about */
export async function permitCall(
  database: Queryable,
  manifest: Manifest,
  call: Call,
  now: number,
): Promise<Permit | undefined> {
  const { attempt, input, request, customer } = call;
  const { instructions, revision } = manifest;
  if (findLeaksInArguments(request.arguments, { canary: canaryOf(revision), instructions }).length > 0) return LEAKING;
  const tool = manifest.tools.find(({ name }) => name === request.name);
  const args = parsedOf(call);
  const summed = dayAmountsIn(manifest.tools);
  if (args !== undefined) {
    const unread = await reserve(database, summed, call, args);
    // It would be in no sum, and so make room for others.
    if (unread !== undefined) return refused('day-sum', `The argument "${unread}" has to be a number.`);
  }
  if (tool?.rules === undefined) return undefined;
  if (args === undefined) return refused('default', 'The arguments are no JSON object.');
  const said = await readSaid(database, attempt.conversation, input);
  const facts: Facts = {
    ...{ tool: request.name, arguments: args, customer, turn: input.turn, now },
    past: said.past.flatMap(({ turn, request: asked, text, outcome }) => {
      const given = argumentsOf(asked);
      return given === undefined ? [] : [{ turn, tool: asked.name, arguments: given, result: text, outcome }];
    }),
    pending: said.pending.flatMap(({ request: asked }) => pendingOf(asked)),
    utcOffsets: offsetsOf(tool, now),
    dayAmounts: await spentToday(
      database,
      summed,
      call,
      said.pending.map(({ call: n }) => n),
    ),
    customerTexts: said.customerTexts,
    instructions: manifest.instructions,
  };
  const { decision, rule, reason } = decide({ sideEffect: tool.sideEffect, rules: tool.rules }, facts);
  const passed: Permit = { verdict: { guardrail: 'permission', verdict: 'pass', stage: rule } };
  if (decision === 'allow') return passed;
  if (decision === 'deny') return refused(rule, reason);
  const digest = digestOf(JSON.stringify({ tool: request.name, arguments: args }));
  const asking = { tool: request.name, arguments: request.arguments, digest };
  const settled = await settledFor(database, attempt.conversation, input, asking);
  // Each yes is good for what it was asked for: the customer's is no operator's, and an operator's is not the customer's.
  if (settled.granted === decision) return passed;
  if (settled.declined !== undefined) return refused(rule, SAID_NO[settled.declined]);
  const action = actionOf(tool, args);
  if (action === undefined) return refused(rule, 'Its arguments are too long to ask anybody about.');
  const asked = { arguments: request.arguments, digest, action, rule, reason };
  return {
    verdict: { guardrail: 'permission', verdict: 'block', stage: rule, reason },
    hold: { needs: decision, ...asked, expiresInMs: EXPIRES_IN_MS[decision] },
  };
}

const SAID_NO = {
  confirm: 'The customer has just said no to exactly this.',
  approve: 'A colleague has just decided against exactly this.',
} as const;

/** A customer's yes to what they were asked a day ago is not one to today's prices; an operator may have the weekend off. */
const EXPIRES_IN_MS = { confirm: 24 * 3_600_000, approve: 7 * 24 * 3_600_000 } as const;

/**
 * Before it is decided about, so that calls in several conversations at once see each other.
 *
 * @returns an argument that some rule sums up and that is no amount
 */
async function reserve(
  database: Queryable,
  summed: readonly DayAmount[],
  { attempt, input, request, customer }: Call,
  args: Facts['arguments'],
): Promise<string | undefined> {
  const own = summed.filter(({ tool }) => tool === request.name);
  const read = own.map(({ tool, argument }) => ({ tool, argument, amount: amountOf({ arguments: args }, argument) }));
  const amounts = read.flatMap(({ amount, ...rest }) => (amount === undefined ? [] : [{ ...rest, amount }]));
  await reserveDayAmounts(database, attempt.conversation, input, customer.id, amounts);
  return read.find(({ amount }) => amount === undefined)?.argument;
}

/** @param pending calls of the step that the rules count themselves */
async function spentToday(
  database: Queryable,
  summed: readonly DayAmount[],
  { attempt, input, customer }: Call,
  pending: readonly number[],
): Promise<NonNullable<Facts['dayAmounts']>> {
  if (summed.length === 0) return {};
  const before = await sumDayAmounts(database, attempt.conversation, input, customer.id, pending);
  const none = summed.map(({ tool, argument }): [string, number] => [`${tool}.${argument}`, 0]);
  return Object.fromEntries([
    ...none,
    ...before.map(({ tool, argument, amount }): [string, number] => [`${tool}.${argument}`, amount]),
  ]);
}

/** Arguments leave the platform as a reply does. */
const LEAKING: Permit = {
  verdict: { guardrail: 'words', verdict: 'block', reason: 'canary: the arguments give the instructions away' },
  denied: 'The arguments carry your instructions, which are nobody else’s to read.',
};

function refused(rule: string, reason: string): Permit {
  return { verdict: { guardrail: 'permission', verdict: 'block', stage: rule, reason }, denied: reason };
}

function pendingOf(request: RequestedToolCall): readonly PendingCall[] {
  const given = argumentsOf(request);
  return given === undefined ? [] : [{ tool: request.name, arguments: given }];
}

/** What the tool will get: rules that looked at anything else would decide about another call. */
function parsedOf({ tool, request }: Call): Facts['arguments'] | undefined {
  const written = argumentsOf(request);
  if (written === undefined || tool?.parse === undefined) return written;
  try {
    const parsed = tool.parse(written);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    // It will not run. The rules say what they say about it as it was written.
    return written;
  }
}

function argumentsOf({ arguments: written }: RequestedToolCall): { readonly [name: string]: Json } | undefined {
  try {
    const parsed: unknown = JSON.parse(written.trim() === '' ? '{}' : written);
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
