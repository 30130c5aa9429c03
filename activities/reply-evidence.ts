/** What a reply may say: everything that the prompt had, by where it came from. */
import type { Customer } from '../core/conversation.ts';
import { type HandBack, handBacksForModel } from '../core/hand-back.ts';
import type { Manifest } from '../core/manifest.ts';
import type { ToolOutcome } from '../core/tool-result.ts';
import type { PromptRow } from '../core/window.ts';
import type { Change, Evidence } from '../guardrails/output/facts/types.ts';

export function evidenceOf(
  manifest: Manifest,
  customer: Customer,
  rows: readonly PromptRow[],
  handBacks: readonly HandBack[] = [],
): Evidence {
  const { instructions, tools } = manifest;
  const ordered = [...rows].sort((a, b) => a.turn - b.turn || a.step - b.step || a.call - b.call);
  const replies = ordered.filter((row) => row.role === 'agent');
  return {
    // What a colleague said or handed back holds like a result.
    results: [
      ...textsOf(ordered, 'tool'),
      ...textsOf(ordered, 'operator'),
      ...handBacks.map((one) => handBacksForModel([one])),
    ],
    asked: ordered.flatMap((row) => (row.role === 'tool' && REACHED.has(row.outcome) ? [askedWith(ordered, row)] : [])),
    customer: [...textsOf(ordered, 'customer'), JSON.stringify(customer)],
    instructions: [instructions, ...tools.map(({ description }) => description)],
    said: replies.filter(({ notSent }) => notSent !== true).map(({ text }) => text),
    changes: changesIn(manifest, ordered),
  };
}

type ToolRow = Extract<PromptRow, { role: 'tool' }>;

/** The tool's own code saw the arguments. In those of any other call there stands what the model made up, and nobody looked. */
const REACHED: ReadonlySet<ToolOutcome> = new Set(['done', 'rejected', 'unknown']);

function askedWith(rows: readonly PromptRow[], { turn, step, call }: ToolRow): string {
  const asking = rows.find((one) => one.turn === turn && one.step === step && one.call === 0);
  return (asking?.role === 'agent' ? asking.toolCalls[call - 1]?.arguments : undefined) ?? '';
}

function textsOf(rows: readonly PromptRow[], role: PromptRow['role']): readonly string[] {
  return rows.filter((row) => row.role === role).map(({ text }) => text);
}

/** A tool nobody knows any more may have changed something. */
function changesIn({ tools }: Manifest, rows: readonly PromptRow[]): readonly Change[] {
  const reading = new Set(tools.filter(({ sideEffect }) => !sideEffect).map(({ name }) => name));
  return rows.flatMap((row) => {
    if (row.role !== 'tool' || reading.has(row.tool)) return [];
    const outcome = row.outcome === 'unconfirmed' || row.outcome === 'unapproved' ? 'denied' : row.outcome;
    return [{ tool: row.tool, outcome, arguments: askedWith(rows, row), result: row.text }];
  });
}
