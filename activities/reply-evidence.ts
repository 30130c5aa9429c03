/** What a reply may say: everything that the prompt had, by where it came from. */
import type { Customer } from '../core/conversation.ts';
import type { Manifest } from '../core/manifest.ts';
import type { PromptRow } from '../core/window.ts';
import type { Change, Evidence } from '../guardrails/output/facts/types.ts';

export function evidenceOf(manifest: Manifest, customer: Customer, rows: readonly PromptRow[]): Evidence {
  const { instructions, tools } = manifest;
  const ordered = [...rows].sort((a, b) => a.turn - b.turn || a.step - b.step || a.call - b.call);
  const replies = ordered.filter((row) => row.role === 'agent');
  return {
    results: textsOf(ordered, 'tool'),
    asked: replies.flatMap((row) => row.toolCalls.map((call) => call.arguments)),
    customer: [...textsOf(ordered, 'customer'), JSON.stringify(customer)],
    instructions: [instructions, ...tools.map(({ description }) => description)],
    said: replies.filter(({ notSent }) => notSent !== true).map(({ text }) => text),
    changes: changesIn(manifest, ordered),
  };
}

function textsOf(rows: readonly PromptRow[], role: PromptRow['role']): readonly string[] {
  return rows.filter((row) => row.role === role).map(({ text }) => text);
}

/** A tool nobody knows any more may have changed something. */
function changesIn({ tools }: Manifest, rows: readonly PromptRow[]): readonly Change[] {
  const reading = new Set(tools.filter(({ sideEffect }) => !sideEffect).map(({ name }) => name));
  return rows.flatMap((row) => {
    if (row.role !== 'tool' || reading.has(row.tool)) return [];
    const step = rows.find((one) => one.turn === row.turn && one.step === row.step && one.call === 0);
    const request = step?.role === 'agent' ? step.toolCalls[row.call - 1] : undefined;
    const outcome = row.outcome === 'unconfirmed' || row.outcome === 'unapproved' ? 'denied' : row.outcome;
    return [{ tool: row.tool, outcome, arguments: request?.arguments ?? '', result: row.text }];
  });
}
