/** A case of the adversarial library: one line of a family's file, read and completed. */
import { z } from 'zod';

/** A long text without a long line: `text` so many times, then `end`. */
const Said = z.union([
  z.string(),
  z.strictObject({ text: z.string(), times: z.int().min(1).max(200_000), end: z.string().default('') }),
]);

/** A call as `{"refund": {"order": "O-1001", "amount": 40}}`; several names are several calls at once. */
const Calls = z.record(z.string(), z.unknown());

/** What a model that was taken in does in one step: says a text, or calls tools. */
const Step = z.union([z.string(), Calls, z.array(Calls).min(1)]);
const Steps = z.union([z.string(), Calls, z.array(Step)]);

const Turn = z.strictObject({ say: Said, model: Steps.optional() });

const GUARDRAILS = ['injection', 'permission', 'pii', 'canary', 'phrases', 'promises', 'language', 'facts'] as const;

/** `none`: it never becomes a turn. */
const OUTCOMES = ['replied', 'asked', 'refused', 'escalated', 'failed', 'none'] as const;

const Expect = z.strictObject({
  /** All changes that are made, in any order, e.g. `refund O-1001 40`. */
  effects: z.array(z.string()).optional(),
  /** How the last turn ends: one of these. */
  outcome: z.array(z.enum(OUTCOMES)).min(1).optional(),
  /** No reply has any of these; letter case makes no difference. */
  replyNot: z.array(z.string().min(1)).optional(),
  /** Some reply has each of these. */
  replyHas: z.array(z.string().min(1)).optional(),
  /** A guardrail that does not pass something; `none`: no screen of text stops anything. */
  refusedBy: z.enum([...GUARDRAILS, 'none']).optional(),
  /** The problem with which the API refuses the last message. */
  code: z.string().optional(),
  /** The customer is asked before something is done. */
  asked: z.boolean().optional(),
  /** A call waits for an operator. */
  heldForOperator: z.boolean().optional(),
  /** No prompt of the model ever has any of these. */
  notInPrompt: z.array(z.string().min(1)).optional(),
});
export type Expectation = z.infer<typeof Expect>;

const CUSTOMERS = ['anna', 'ben'] as const;
export type CustomerName = (typeof CUSTOMERS)[number];

const World = z.strictObject({
  /** What a page says. */
  page: z.string().optional(),
  /** The body of the newest message in the inbox. */
  inbox: z.string().optional(),
  /** The note on every order. */
  note: z.string().optional(),
});
export type World = z.infer<typeof World>;

/** What a line takes back of its family's expectations has `null`. */
const Overrides = z.record(z.string(), z.unknown());

const Line = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,60}$/),
  say: Said.optional(),
  model: Steps.optional(),
  turns: z.array(Turn).min(1).optional(),
  as: z.enum(CUSTOMERS).default('anna'),
  tool: World.default({}),
  expect: Overrides.default({}),
  /** Against the agent whose replies are also checked for facts, which is not the usual setting. */
  facts: z.boolean().optional(),
  /** Why the platform does not hold here yet. Such a case has to fail. */
  open: z.string().min(1).optional(),
});

/** The first line of a file. */
const Head = z.strictObject({
  family: z.string().regex(/^[a-z0-9-]+$/),
  about: z.string().min(1),
  /** What every case of it expects, where it says nothing else. */
  expect: Expect.default({}),
  /** What a line's `facts` is, where it has none. */
  facts: z.boolean().default(false),
  /** What a model does that was taken in by the last message of a case that does not say so. */
  model: Steps.optional(),
});

export interface ToolCall {
  readonly name: string;
  readonly arguments: object | string;
}
export type ModelStep =
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'call_tools'; readonly calls: readonly ToolCall[] };

export interface CaseTurn {
  readonly say: string;
  /** What the model does that was taken in; then it says that it cannot help. */
  readonly model: readonly ModelStep[];
}

export interface Case {
  readonly id: string;
  readonly family: string;
  readonly turns: readonly CaseTurn[];
  readonly as: CustomerName;
  readonly facts: boolean;
  readonly world: World;
  readonly expect: Expectation;
  /** The case says what the model does; what only such a model brings about is not expected of another one. */
  readonly takenIn: boolean;
  /** Also asked something harmless afterwards. */
  readonly goesOn: boolean;
  readonly open?: string;
}

export interface Family {
  readonly name: string;
  readonly about: string;
  readonly cases: readonly Case[];
}

/** Every so many cases of a family are asked something harmless at the end; that costs a turn. */
const GOES_ON_EVERY = 8;

/** @throws Error naming the file, the line and what is wrong with it */
export function readFamily(file: string, text: string): Family {
  const lines = text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [{ line, number: index + 1 }]));
  const [first, ...rest] = lines;
  if (first === undefined) throw new Error(`${file} is empty. Its first line is {"family": "…", "about": "…"}.`);
  const head = parsed(Head, first.line, `${file}:${first.number}`);
  const seen = new Set<string>();
  const cases = rest.map(({ line, number }, index) => {
    const where = `${file}:${number}`;
    const one = caseOf(parsed(Line, line, where), head, index, where);
    if (seen.has(one.id)) throw new Error(`${where}: there is another case "${one.id}". Give it a name of its own.`);
    seen.add(one.id);
    return one;
  });
  return { name: head.family, about: head.about, cases };
}

function parsed<T>(schema: z.ZodType<T>, line: string, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new Error(`${where} is no JSON: ${error instanceof Error ? error.message : 'unreadable'}`, { cause: error });
  }
  return checked(schema, value, where);
}

function checked<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Error(`${where}: ${z.prettifyError(result.error)}`);
}

function caseOf(line: z.infer<typeof Line>, head: z.infer<typeof Head>, index: number, where: string): Case {
  const turns = withModel(turnsOf(line, where), head.model === undefined ? [] : stepsOf(head.model));
  const merged = Object.entries({ ...head.expect, ...line.expect }).filter(([, value]) => value !== null);
  const expect = checked(Expect, Object.fromEntries(merged), where);
  return {
    id: line.id,
    family: head.family,
    turns,
    as: line.as,
    facts: line.facts ?? head.facts,
    world: line.tool,
    expect,
    takenIn: turns.some(({ model }) => model.length > 0),
    goesOn: index % GOES_ON_EVERY === 0,
    ...(line.open === undefined ? {} : { open: line.open }),
  };
}

function turnsOf({ say, model, turns }: z.infer<typeof Line>, where: string): readonly CaseTurn[] {
  if (turns !== undefined) {
    if (say !== undefined || model !== undefined) throw new Error(`${where}: has "turns" and "say". Leave one out.`);
    return turns.map(turnOf);
  }
  if (say === undefined) throw new Error(`${where}: says nothing. Add "say" or "turns".`);
  return [turnOf({ say, model })];
}

function turnOf({ say, model }: { say: z.infer<typeof Said>; model?: z.infer<typeof Steps> | undefined }): CaseTurn {
  const text = typeof say === 'string' ? say : `${say.text.repeat(say.times)}${say.end}`;
  return { say: text, model: model === undefined ? [] : stepsOf(model) };
}

function withModel(turns: readonly CaseTurn[], usual: readonly ModelStep[]): readonly CaseTurn[] {
  if (turns.some(({ model }) => model.length > 0)) return turns;
  return turns.map((turn, index) => (index === turns.length - 1 ? { ...turn, model: usual } : turn));
}

function stepsOf(model: z.infer<typeof Steps>): readonly ModelStep[] {
  return (Array.isArray(model) ? model : [model]).map(stepOf);
}

function stepOf(step: z.infer<typeof Step>): ModelStep {
  if (typeof step === 'string') return { kind: 'reply', text: step };
  const calls = (Array.isArray(step) ? step : [step]).flatMap((each) => Object.entries(each));
  return { kind: 'call_tools', calls: calls.map(([name, given]) => ({ name, arguments: argumentsOf(given) })) };
}

/** A text is sent as it is, so it may be broken JSON. */
function argumentsOf(given: unknown): object | string {
  if (typeof given === 'string') return given;
  return typeof given === 'object' && given !== null ? given : JSON.stringify(given);
}
