/** Phrases that an agent's author does not want to hear from it. Literal: authors' regular expressions may take forever. */
import type { GuardrailSettings } from '../../core/manifest.ts';
import type { Finding } from './finding.ts';
import { foldWords, type Word } from './fold-words.ts';
import { firstCut, sentencesOf } from './sentences.ts';

/** Characters; a phrase is found across the border of a cut sentence only up to `OVERLAP`. */
const LONGEST_PHRASE = 200;

interface Node {
  readonly next: Map<string, Node>;
  ends: boolean;
}

/** @returns how far from the start of the words one of the phrases reaches, for each word at which one begins */
export interface PhraseMatcher {
  /** The phrases in the words of one sentence, longest first where several begin together; they do not overlap. */
  readonly in: (words: readonly Word[]) => readonly { readonly start: number; readonly end: number }[];
}

export function phraseMatcher(phrases: readonly string[]): PhraseMatcher {
  const root: Node = { next: new Map(), ends: false };
  for (const phrase of phrases) add(root, foldWords(phrase));
  return {
    in(words) {
      const found: { start: number; end: number }[] = [];
      if (root.next.size === 0) return found;
      for (let index = 0; index < words.length; ) {
        const length = longestFrom(root, words, index);
        const first = words[index];
        const last = words[index + length - 1];
        if (length > 0 && first !== undefined && last !== undefined) found.push({ start: first.start, end: last.end });
        index += Math.max(length, 1);
      }
      return found;
    },
  };
}

function add(root: Node, words: readonly Word[]): void {
  let node = root;
  for (const { text } of words) {
    const known = node.next.get(text);
    const next: Node = known ?? { next: new Map(), ends: false };
    if (known === undefined) node.next.set(text, next);
    node = next;
  }
  // A phrase without words would be found everywhere.
  if (node !== root) node.ends = true;
}

/** In words. A phrase has few, so reading on from each word stays linear. */
function longestFrom(root: Node, words: readonly Word[], from: number): number {
  let node: Node | undefined = root;
  let longest = 0;
  for (let index = from; index < words.length; index++) {
    node = node.next.get(words[index]?.text ?? '');
    if (node === undefined) return longest;
    if (node.ends) longest = index - from + 1;
  }
  return longest;
}

/** @returns what is wrong with a phrase as an author wrote it */
export function phraseProblem(phrase: string): string | undefined {
  if (foldWords(phrase).every(({ text }) => text === ',')) return 'has no words';
  if (phrase.length > LONGEST_PHRASE) return `is longer than ${LONGEST_PHRASE} characters`;
  const cut = firstCut(`${phrase.trim()} `);
  if (cut !== undefined && cut.end < phrase.trim().length) return 'is more than one sentence';
  return undefined;
}

export type SentenceCheck = (words: readonly Word[]) => readonly Finding[];

/** Looks at one sentence; offsets are those of its words. */
export function phraseCheck(settings: GuardrailSettings['phrases']): SentenceCheck {
  const matcher = phraseMatcher(settings?.banned ?? []);
  return (words) =>
    matcher.in(words).map((at) => ({ type: 'banned', ...at, reason: 'says a phrase that guardrails.phrases bans' }));
}

/** The banned phrases of a whole reply, on word borders, whatever their case, accents, spacing and lookalikes. */
export function findPhrases(reply: string, settings: GuardrailSettings['phrases']): readonly Finding[] {
  return inSentences(reply, phraseCheck(settings));
}

/** Runs a check of sentences over a reply. What lies in two cut sentences is told once. */
export function inSentences(reply: string, check: SentenceCheck): readonly Finding[] {
  const findings: Finding[] = [];
  let told = 0;
  for (const { text, start } of sentencesOf(reply)) {
    for (const finding of check(foldWords(text))) {
      if (start + finding.start < told) continue;
      const end = start + finding.end;
      findings.push({ ...finding, start: start + finding.start, end });
    }
    told = Math.max(told, findings.at(-1)?.end ?? 0);
  }
  return findings;
}
