/** What stands between the model's words and the customer: every reply and every preview of one passes here. */
import type { Customer } from '../core/conversation.ts';
import { FailureError } from '../core/failure.ts';
import type { HandBack } from '../core/hand-back.ts';
import type { Manifest } from '../core/manifest.ts';
import type { Verdict } from '../core/verdict.ts';
import type { PromptRow } from '../core/window.ts';
import { checkFacts } from '../guardrails/output/facts/check.ts';
import { screenWords, type WordsFinding } from '../guardrails/output/words.ts';
import { createWordsStream } from '../guardrails/output/words-stream.ts';
import { evidenceOf } from './reply-evidence.ts';
import { type PiiScreened, piiScreen } from './screen-pii.ts';

export interface ScreenedReply extends PiiScreened {
  /** What the model is told where it may say it otherwise; then it is not sent, and not stopped for good either. */
  readonly mend?: string;
}

export interface ReplyScreen {
  whole(text: string): ScreenedReply;
  /**
   * A question of the platform's own, with values that the model chose. It is asked as it is or not at all: nobody says yes to
   * what is masked.
   */
  question(text: string): Pick<ScreenedReply, 'verdicts' | 'stopped'>;
  /** What a person wrote to the customer: they may promise what they like, but nobody gives away what is not theirs. */
  spoken(text: string): Pick<ScreenedReply, 'text' | 'verdicts' | 'stopped'>;
  /** For text that is shown while it is written: what may be shown of it so far. */
  preview(): (delta: string) => string;
}

/** What prompts carry in place of a reply that was stopped. */
export const STOPPED_REPLY = '[This reply was stopped by a guardrail and never sent.]';

export function replyScreen(
  manifest: Manifest,
  customer: Customer,
  rows: readonly PromptRow[],
  handBacks: readonly HandBack[] = [],
): ReplyScreen {
  const { instructions, revision, guardrails: settings } = manifest;
  const pii = piiScreen(manifest, customer, rows);

  function words(
    text: string,
    settings = manifest.guardrails,
  ): { readonly verdict: Verdict; readonly stopped?: string; readonly mend?: string } {
    const { findings } = screenWords(text, { instructions, revision, settings, customerText: newestFirst(rows) });
    if (findings.length === 0) return { verdict: { guardrail: 'words', verdict: 'pass' } };
    const reason = [...new Set(findings.map(({ check, type }) => `${check}: ${type}`))].join(', ');
    const verdict: Verdict = { guardrail: 'words', verdict: 'block', reason };
    return findings.some(isLeak) ? { verdict, stopped: reason } : { verdict, mend: mendOf(text, findings) };
  }

  function facts(text: string): { readonly verdict?: Verdict; readonly mend?: string } {
    if (settings?.facts !== 'on') return {};
    const found = checkFacts(text, evidenceOf(manifest, customer, rows, handBacks));
    if (found.length === 0) return { verdict: { guardrail: 'facts', verdict: 'pass' } };
    const reason = [...new Set(found.map(({ type }) => type))].join(', ');
    return { verdict: { guardrail: 'facts', verdict: 'block', reason }, mend: mendOf(text, found) };
  }

  function seenByBoth(): (delta: string) => string {
    const masked = pii.preview();
    const stream = createWordsStream({ instructions, revision, settings });
    return (delta) => masked(stream.push(delta));
  }

  return {
    whole(text) {
      try {
        const [said, true_] = [words(text), facts(text)];
        const screened = pii.whole(text);
        const own = true_.verdict === undefined ? [] : [true_.verdict];
        const verdicts = [said.verdict, ...own, ...screened.verdicts];
        const stopped = said.stopped ?? screened.stopped;
        if (stopped !== undefined) return { text: screened.text, verdicts, stopped };
        const mend = [said.mend, true_.mend].filter((one) => one !== undefined).join(' ');
        return mend === '' ? { text: screened.text, verdicts } : { text: screened.text, verdicts, mend };
      } catch (error) {
        return { text: '', ...failedClosed(error) };
      }
    },
    question(text) {
      try {
        // The words around the values are the platform's, in the language it could tell.
        const said = words(text, { ...settings, language: 'off' });
        const masked = pii.whole(text);
        const hidden = masked.text === text ? undefined : 'a personal value would have to be masked';
        const stopped = said.stopped ?? said.mend ?? masked.stopped ?? hidden;
        return { verdicts: [said.verdict, ...masked.verdicts], ...(stopped === undefined ? {} : { stopped }) };
      } catch (error) {
        return failedClosed(error);
      }
    },
    spoken(text) {
      try {
        const said = words(text, { ...settings, language: 'off', promises: 'off' });
        const screened = pii.whole(text);
        const stopped = said.stopped ?? screened.stopped;
        const verdicts = [said.verdict, ...screened.verdicts];
        return { text: screened.text, verdicts, ...(stopped === undefined ? {} : { stopped }) };
      } catch (error) {
        return { text: '', ...failedClosed(error) };
      }
    },
    preview() {
      let look: ((delta: string) => string) | undefined;
      let shown = '';
      let over = false;
      return (delta) => {
        if (over) return '';
        try {
          look ??= seenByBoth();
          const text = look(delta);
          shown += text;
          // What was shown cannot be written again.
          over = text !== '' && facts(shown).mend !== undefined;
          return over ? '' : text;
        } catch {
          // What cannot be looked at is not shown; of the reply itself the ledger says so.
          over = true;
          return '';
        }
      };
    },
  };
}

/** A guardrail that does not work lets nothing through. */
function failedClosed(error: unknown): Pick<ScreenedReply, 'verdicts'> & { readonly stopped: string } {
  const reason = `it threw ${error instanceof Error ? error.name : typeof error}`;
  return { verdicts: [{ guardrail: 'reply', verdict: 'block', reason }], stopped: reason };
}

function isLeak({ check }: WordsFinding): boolean {
  return check === 'canary';
}

/** Reasons, each with the words it is about, which are the model's own. */
function mendOf(
  text: string,
  findings: readonly { readonly start: number; readonly end: number; readonly reason: string }[],
): string {
  return findings
    .slice(0, MOST_REASONS)
    .map(({ start, end, reason }) => `“${text.slice(start, Math.min(end, start + MOST_QUOTED))}”: ${reason}.`)
    .join(' ');
}

const MOST_REASONS = 8;
const MOST_QUOTED = 80;

function newestFirst(rows: readonly PromptRow[]): readonly string[] {
  return rows
    .filter(({ role }) => role === 'customer')
    .toSorted((one, other) => other.turn - one.turn)
    .map(({ text }) => text);
}

/** @throws FailureError `guardrail`, always: for a reply that was stopped, now or by an earlier attempt */
export function stop(why: string): never {
  throw new FailureError({ kind: 'guardrail', message: `A reply was stopped (${why}).`, final: true });
}
