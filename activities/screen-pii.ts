/** Personal values in what the agent says: masked, or a reason not to send it. */
import type { Customer } from '../core/conversation.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Verdict } from '../core/verdict.ts';
import type { PromptRow } from '../core/window.ts';
import { findPii } from '../guardrails/output/pii/find.ts';
import type { PiiPolicy } from '../guardrails/output/pii/policy.ts';
import { screenPii } from '../guardrails/output/pii/screen.ts';
import { createPiiStream } from '../guardrails/output/pii/stream.ts';

export interface PiiScreened {
  readonly text: string;
  readonly verdicts: readonly Verdict[];
  /** Why it must not be sent; absent where it may. */
  readonly stopped?: string;
}

export interface PiiScreen {
  whole(text: string): PiiScreened;
  /** For text that is shown while it is written: what may be shown of it so far. */
  preview(): (delta: string) => string;
}

/** What the customer says of themselves, and what the calling service says of them, is theirs to read. */
export function piiScreen({ guardrails }: Manifest, customer: Customer, rows: readonly PromptRow[]): PiiScreen {
  const settings = guardrails?.pii;
  if (settings === 'off') return { whole: (text) => ({ text, verdicts: [] }), preview: () => (text) => text };
  const usual: PiiPolicy = {
    ...(settings as PiiPolicy | undefined),
    allow: [...(settings?.allow ?? []), ...assertedOf(customer)],
  };
  // Looked for only where there is something to allow: what customers said can be long.
  const withTheirs = (): PiiPolicy => ({ ...usual, allow: [...(usual.allow ?? []), ...saidBy(rows)] });
  return {
    whole(text) {
      const first = judged(text, usual);
      return first.text === text && first.stopped === undefined ? first : judged(text, withTheirs());
    },
    preview() {
      const stream = createPiiStream(withTheirs());
      let over = false;
      return (delta) => {
        if (over) return '';
        const text = stream.push(delta);
        over = isStopping(stream.verdict());
        return over ? '' : text;
      };
    },
  };
}

function judged(text: string, policy: PiiPolicy): PiiScreened {
  const { verdict, text: screened, spans } = screenPii(text, policy);
  if (spans.length === 0) return { text, verdicts: [{ guardrail: 'pii', verdict: 'pass' }] };
  const reason = [...new Set(spans.map(({ type }) => type))].join(', ');
  const verdicts: Verdict[] = [{ guardrail: 'pii', verdict, reason }];
  return { text: screened, verdicts, ...(isStopping(verdict) ? { stopped: `pii: ${reason}` } : {}) };
}

function isStopping(verdict: Verdict['verdict']): boolean {
  return verdict === 'block' || verdict === 'escalate';
}

function assertedOf({ id, claims = {} }: Customer): readonly string[] {
  return [id, ...Object.values(claims).filter((value) => typeof value === 'string')];
}

/** Characters of what the customer said that are looked at, the newest first. */
const MOST_SAID = 64_000;

function saidBy(rows: readonly PromptRow[]): readonly string[] {
  const values: string[] = [];
  let left = MOST_SAID;
  const said = rows.filter(({ role }) => role === 'customer').toSorted((one, other) => other.turn - one.turn);
  for (const { text } of said) {
    if (left <= 0) break;
    const part = text.slice(0, left);
    left -= part.length;
    for (const { start, end } of findPii(part)) values.push(part.slice(start, end));
  }
  return values;
}
