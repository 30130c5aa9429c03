/** Screens the words of a reply that is shown while it is written. */
import { canaryOf, startLeakScan } from './canary.ts';
import { foldWords } from './fold-words.ts';
import { phraseCheck } from './phrases.ts';
import { promiseCheck } from './promises.ts';
import { firstCut } from './sentences.ts';
import type { WordsContext, WordsFinding } from './words.ts';

export interface WordsStream {
  /** @returns sentences that may be shown; nothing more after a finding */
  readonly push: (segment: string) => string;
  /** @returns the rest */
  readonly end: () => string;
  readonly verdict: () => 'pass' | 'block';
  /** Up to the sentence that ended the preview, in offsets of the text that was pushed. */
  readonly findings: () => readonly WordsFinding[];
}

/**
 * Shows a sentence when it is over and nothing was found in it, and not while it may be the beginning of a leak. It stops at
 * the first sentence in which `screenWords` finds a phrase, a promise or the instructions; the language, and instructions that
 * are encoded, are told of the whole reply alone.
 */
export function createWordsStream({ instructions, revision, settings }: WordsContext): WordsStream {
  const leaks = startLeakScan({ canary: canaryOf(revision), instructions });
  const phrases = phraseCheck(settings?.phrases);
  const promises = promiseCheck(settings?.promises);
  const findings: WordsFinding[] = [];
  /** Not yet cut into sentences, and where it begins. */
  let waiting = '';
  let position = 0;
  /** Cut and clean, but perhaps the beginning of a leak. */
  let held = '';

  const look = (sentence: string) => {
    const words = foldWords(sentence);
    const add = (check: WordsFinding['check'], offset: number) => (finding: Omit<WordsFinding, 'check'>) =>
      findings.push({ ...finding, start: finding.start + offset, end: finding.end + offset, check });
    leaks.push(sentence, position).forEach(add('canary', 0));
    phrases(words).forEach(add('phrases', position));
    promises(words).forEach(add('promises', position));
  };

  const advance = (): string => {
    let shown = '';
    for (;;) {
      if (findings.length > 0) return shown;
      const cut = firstCut(waiting);
      if (cut === undefined) return shown;
      look(waiting.slice(0, cut.end));
      if (findings.length > 0) return shown;
      held += waiting.slice(0, cut.next);
      waiting = waiting.slice(cut.next);
      position += cut.next;
      shown += released();
    }
  };

  const released = (): string => {
    const from = position - held.length;
    const text = held.slice(0, Math.max(0, (leaks.pending() ?? position) - from));
    held = held.slice(text.length);
    return text;
  };

  return {
    push(segment) {
      if (findings.length > 0) return '';
      waiting += segment;
      return advance();
    },
    end() {
      if (findings.length > 0) return '';
      look(waiting);
      const rest = held + waiting;
      held = '';
      waiting = '';
      return findings.length > 0 ? '' : rest;
    },
    verdict: () => (findings.length === 0 ? 'pass' : 'block'),
    findings: () => [...findings],
  };
}
