/**
 * Every failure kind, of a model and of a tool, with and without something in its place: what becomes of the turn, what the
 * customer hears, and what the ledger keeps. `docs/fault-matrix.md` is this table; HANDBACK_RECORD_MATRIX=1 writes it anew.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type Agent, defineAgent, defineTool, type Tool } from '../../agents/define.ts';
import { CLOSED, force } from '../../core/breaker.ts';
import { FAILURES, FailureError, type FailureKind, isFailureKind } from '../../core/failure.ts';
import { changeBreaker } from '../../db/breakers.ts';
import { callTools, fault, reply, type StandInStep } from '../../stand-in/steps.ts';
import { type Platform, startPlatform } from '../support/platform.ts';

const PAGE = new URL('../../docs/fault-matrix.md', import.meta.url);

/** How a model server produces the kinds that it can produce. */
const MODEL_FAULTS = {
  network: 'connection_reset',
  timeout: 'timeout_408',
  rate_limit: 'rate_limit_429_ms',
  quota: 'quota_402',
  authentication: 'authentication_401',
  configuration: 'model_not_found_404',
  invalid_request: 'invalid_request_400',
  refusal: 'refusal',
  content_filter: 'content_filter_400',
  context_overflow: 'context_length_400',
  output_cut_off: 'finish_length',
  upstream_degraded: 'server_error_500',
} as const satisfies Partial<Record<FailureKind, Parameters<typeof fault>[0]>>;

/** A tool cannot produce what only we say: that our database is away, for one. */
const TOOL_KINDS = Object.keys(FAILURES)
  .filter(isFailureKind)
  .filter((kind) => kind !== 'database');

const MODEL_SITUATIONS = [
  'model',
  'model, another in its place',
  'model, the other fails too',
  'model, its breaker open',
  'model, budget low, another in its place',
  'model, people there',
] as const;
const TOOL_SITUATIONS = [
  'tool',
  'tool, another in its place',
  'tool, the other is not allowed',
  'tool, its breaker open',
  'tool that changes something',
  'tool, budget low',
  'tool, people there',
] as const;
type ToolSituation = (typeof TOOL_SITUATIONS)[number];

const spec = { description: 'Fails.', input: z.object({}), output: z.string() } as const;
const spare = defineTool({
  ...{ ...spec, name: 'spare', permission: 'allow', sideEffect: false },
  run: async () => ({ data: 'from the spare tool', confidence: 1 }),
});
const shut = defineTool({
  ...{ ...spec, name: 'shut', permission: 'deny', sideEffect: false },
  run: async () => ({ data: 'must never run', confidence: 1 }),
});

const nameOf = (kind: FailureKind, situation: ToolSituation) => `${kind}_${TOOL_SITUATIONS.indexOf(situation)}`;

function failing(kind: FailureKind, situation: ToolSituation): Tool {
  const other = { 'tool, another in its place': 'spare', 'tool, the other is not allowed': 'shut' }[
    situation as string
  ];
  return defineTool({
    ...{ ...spec, name: nameOf(kind, situation), permission: 'allow' },
    sideEffect: situation === 'tool that changes something',
    ...(other === undefined
      ? {}
      : { fallback: { alternative: { tool: other, confidence: 0.5, arguments: () => ({}) } } }),
    ...(situation === 'tool, people there' ? { fallback: { escalate: true } } : {}),
    async run() {
      const soon = kind === 'rate_limit' ? { retryAfterMs: 50 } : {};
      throw new FailureError({ kind, message: 'as the test wants it', ...soon });
    },
  });
}

const TOKENS = 1_000;
const idOf = (kind: string, n: number) => `model-${kind.replaceAll('_', '-')}-${n}`;
const modelAgents = Object.keys(MODEL_FAULTS).flatMap((kind) =>
  MODEL_SITUATIONS.map((situation, n) => {
    const other = situation.includes('another in its place') ? 'spare-model' : `m-${kind}-other`;
    const alone = situation === 'model' || situation === 'model, people there';
    return defineAgent({
      id: idOf(kind, n),
      model: { name: `m-${kind}-${n}`, ...(alone ? {} : { fallbacks: [other] }) },
      instructions: situation,
      tools: [],
      ...(situation === 'model, people there' ? { escalation: {} } : {}),
      ...(situation.includes('budget low') ? { budgets: { conversation: { tokens: TOKENS } } } : {}),
    });
  }),
);
/** Its model takes longer than its turns may. */
const late = defineAgent({
  id: 'late',
  model: 'slow-model',
  instructions: 'Be late.',
  tools: [],
  limits: { turnMs: 50 },
});
const toolAgents: readonly Agent[] = TOOL_SITUATIONS.map((situation, n) =>
  defineAgent({
    id: `tools-${n}`,
    model: 'talker',
    instructions: situation,
    tools: [...TOOL_KINDS.map((kind) => failing(kind, situation)), spare, shut],
    ...(situation === 'tool, people there' ? { escalation: {} } : {}),
    ...(situation === 'tool, budget low' ? { budgets: { turn: { toolCalls: 0 } } } : {}),
  }),
);

function answer(model: string, lastRole: string | undefined, lastText: string): StandInStep {
  const kind = /^m-(\w+)-(?:\d|other)$/.exec(model)?.[1];
  if (kind !== undefined && Object.hasOwn(MODEL_FAULTS, kind))
    return fault(MODEL_FAULTS[kind as keyof typeof MODEL_FAULTS]);
  if (model === 'slow-model') return reply('Too late.', { delayMs: 5_000 });
  if (model === 'spare-model') return reply('The spare model answers.');
  return lastRole === 'tool' ? reply('That is how it ended.') : callTools([{ name: lastText, arguments: {} }]);
}

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({
    agents: () => [...modelAgents, ...toolAgents, late],
    slowAfterMs: 300,
    worker: { maxCachedWorkflows: 300 },
    standIn: {
      answer: ({ body }) => {
        const last = body.messages.at(-1);
        return answer(body.model, last?.role, typeof last?.content === 'string' ? last.content : '');
      },
    },
  });
  for (const kind of TOOL_KINDS) {
    const service = `tool:tools-3/${nameOf(kind, 'tool, its breaker open')}`;
    await changeBreaker(platform.database, service, 0, force(CLOSED, 'open', 'the test says so', 'test'));
  }
  const breakerOpen = MODEL_SITUATIONS.indexOf('model, its breaker open');
  for (const kind of Object.keys(MODEL_FAULTS)) {
    const forced = force(CLOSED, 'open', 'the test says so', 'test');
    await changeBreaker(platform.database, `model:m-${kind}-${breakerOpen}`, 0, forced);
  }
  await platform.startWorker();
});
afterAll(() => platform.stop());

interface Line {
  readonly kind: string;
  readonly situation: string;
  readonly outcome: string;
  readonly hears: string;
  readonly ledger: string;
}

async function play(kind: string, situation: string, agent: string, text: string): Promise<Line> {
  const conversation = `${agent}-${kind}`.replaceAll('_', '-');
  if (situation.startsWith('model, budget low')) await spendMost(conversation);
  const turn = await platform.client.send(conversation, { text, agent, customer: { id: 'C-1' } }, { wait: 55_000 });
  const trace = await platform.client.trace(conversation);
  const [traced] = trace.turns;
  const tool = traced?.steps.flatMap(({ tools }) => tools)[0];
  const ledger =
    tool === undefined
      ? `turn: ${turn.failure ?? 'no failure'}`
      : `${tool.outcome}${tool.failure === null ? '' : `, ${tool.failure.kind}`}, ${tool.attempts} attempt${tool.attempts === 1 ? '' : 's'}`;
  return { kind, situation, outcome: turn.outcome, hears: turn.reply, ledger };
}

/** So much that only the cheaper model's reserve is left. */
async function spendMost(conversation: string): Promise<void> {
  await platform.database.query(
    {
      name: 'test_spend',
      text: `INSERT INTO conversation_spending (tenant, conversation, steps, tool_calls, tokens, usd, ms)
             VALUES ($1, $2, 9, 0, $3, 0, 0)`,
    },
    [platform.tenant, conversation, 0.9 * TOKENS],
  );
}

it('is as docs/fault-matrix.md says', { timeout: 180_000 }, async () => {
  const plays = [
    () => play('budget_exceeded', 'model, no time left', 'late', 'Hello'),
    ...Object.keys(MODEL_FAULTS).flatMap((kind) =>
      MODEL_SITUATIONS.map((situation, n) => () => play(kind, situation, idOf(kind, n), 'Hello')),
    ),
    ...TOOL_KINDS.flatMap((kind) =>
      TOOL_SITUATIONS.map((situation, n) => () => play(kind, situation, `tools-${n}`, nameOf(kind, situation))),
    ),
  ];
  const lines: Line[] = [];
  const playOn = async (): Promise<void> => {
    for (let next = plays.shift(); next !== undefined; next = plays.shift()) lines.push(await next());
  };
  await Promise.all(Array.from({ length: 16 }, playOn));
  const table = tableOf(lines.toSorted(byKindAndSituation));
  const page = await readFile(PAGE, 'utf8').catch(() => '');
  const head = page.slice(0, page.indexOf('| kind |'));
  if (process.env['HANDBACK_RECORD_MATRIX'] === '1') await writeFile(PAGE, head + table);
  expect(await readFile(PAGE, 'utf8')).toBe(head + table);
});

const ORDER: readonly string[] = ['model, no time left', ...MODEL_SITUATIONS, ...TOOL_SITUATIONS];

function byKindAndSituation(a: Line, b: Line): number {
  return a.kind.localeCompare(b.kind) || ORDER.indexOf(a.situation) - ORDER.indexOf(b.situation);
}

function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(({ kind, situation, outcome, hears, ledger }) => {
    return `| \`${kind}\` | ${situation} | ${outcome} | ${hears} | ${ledger} |`;
  });
  return [
    '| kind | of what | turn | the customer hears | the ledger keeps |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
