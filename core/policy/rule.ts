/**
 * Permission rules as data. A tool has an ordered list; the first rule whose conditions all hold decides, and where none
 * does the call is denied. Rules are part of the manifest, so they are JSON and nothing else.
 *
 * A path names a value inside arguments, a result or an item: `a.b`, `a[0]`, `a[-1]`, `a[]` (every element, lists of lists
 * flattened), `a{}` (the keys of an object). The empty path is the value itself.
 */
import type { Scalar } from './json.ts';

/** From the most permissive to the strictest. */
export const DECISIONS = ['allow', 'confirm', 'approve', 'deny'] as const;

/** `confirm`: the customer says yes to the exact action. `approve`: an operator does. */
export type Decision = (typeof DECISIONS)[number];

export interface Rule {
  /** Unique within its tool: what ledgers and explanations call it. */
  readonly id: string;
  readonly decision: Decision;
  /** All must hold; left out, the rule always decides. */
  readonly when?: readonly Condition[];
  /** A sentence for the model or the operator: what would have to be otherwise. */
  readonly reason?: string;
  /**
   * Arguments (by their top-level name) that may come from anywhere, or `true` for all of them. Without it, a change with an
   * argument only known from tool output, a document or memory needs approval, however the rule decides.
   */
  readonly anySource?: true | readonly string[];
  /** Why a plain `allow` of a tool that changes something is meant. Without it, loading warns. */
  readonly acknowledged?: string;
}

/** A tool's rules as the manifest holds them. */
export interface ToolRules {
  readonly sideEffect: boolean;
  readonly rules: readonly Rule[];
}

/** What a comparison looks at. */
export type Operand =
  | { readonly argument: string }
  /** Inside `each`: a path of the element. */
  | { readonly item: string }
  /** Who the calling service says this is. */
  | { readonly customer: 'id' }
  | { readonly claim: string }
  /** A value that the tool's last successful call returned; `same`: a call with the same values of these arguments. */
  | { readonly result: string; readonly of: string | readonly string[]; readonly same?: readonly string[] }
  /** How many elements a list has, or how many of them pass the tests on their paths. */
  | { readonly count: Operand; readonly where?: { readonly [path: string]: Test } }
  | { readonly plus: readonly Right[] }
  | { readonly minus: readonly [Right, Right] }
  | { readonly times: readonly Right[] };

/** What it is compared with. */
export type Right = Scalar | Operand;

/**
 * Every value that the operand's path finds must pass every test that is given. `atLeast` and `atMost` take numbers, or dates
 * written `2024-05-15` or `2024-05-15T15:00:00`. `in`: it is among the values of the other operand.
 */
export type Test = {
  readonly is?: Right;
  readonly oneOf?: readonly Scalar[];
  readonly noneOf?: readonly Scalar[];
  readonly atLeast?: Right;
  readonly atMost?: Right;
  readonly in?: Operand;
  readonly startsWith?: string;
};

/** The turn or conversation so far, this call and the calls asked for along with it included. */
export type Span = 'turn' | 'conversation';

/** Where a value came from; `{ tool }`: from what these tools returned. */
export type Source = Origin | { readonly tool: readonly string[] };

/** `model`: it stands nowhere, so the model made it up or computed it. */
export type Origin = 'asserted' | 'customer' | 'instructions' | 'model' | 'document' | 'memory' | 'tool_output';

export type Condition =
  | (Operand & Test)
  /** The argument is there and not null. */
  | { readonly given: string }
  /** The object or list of objects has no other keys: what no rule knows of nothing has checked. */
  | { readonly fields: string; readonly only: readonly string[] }
  | After
  /** At most so many successful, doubtful or pending calls, this one included. `same`: counts only those with equal arguments. */
  | {
      readonly calls: Span;
      readonly atMost: number;
      readonly tools?: readonly string[];
      readonly same?: readonly string[];
    }
  /** The sum of a numeric argument, this call included; `day`: of this customer, over all conversations. */
  | {
      readonly amount: string;
      readonly per: 'call' | Span | 'day';
      readonly atMost: number;
      readonly tools?: readonly string[];
    }
  /** Time of day; the first may be later than the second (over midnight). `zone`: `+02:00`, `Z` or an IANA name. */
  | { readonly between: readonly [string, string]; readonly zone: string; readonly days?: readonly Weekday[] }
  /** Every value at the argument's path stands in one of these sources. */
  | { readonly from: readonly Source[]; readonly argument: string }
  /** Every link, address and account number inside the argument's text does; a text without any passes. */
  | { readonly from: readonly Source[]; readonly references: string }
  /** Every element of the list; an empty list is neither yes nor no. */
  | { readonly each: string; readonly all: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly anyOf: readonly Condition[] }
  | { readonly allOf: readonly Condition[] };

/** Monday is 1. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One of the tools succeeded earlier in this conversation. */
export interface After {
  readonly after: string | readonly string[];
  /** With the same values of these arguments. */
  readonly same?: readonly string[];
  /** With arguments that have these values. */
  readonly with?: { readonly [path: string]: Right };
  /** And its result, or one of the elements at `at`, has these values. */
  readonly shows?: { readonly at?: string; readonly where: { readonly [path: string]: Right } };
}
