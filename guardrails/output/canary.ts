/** Whether a text gives away the agent's instructions: their marker, or a long run of their words. */
import { createHash } from 'node:crypto';
import { decodedParts } from '../input/decode.ts';
import { startMarkerScan } from './canary/marker.ts';
import { startRecitalScan } from './canary/recited.ts';
import type { Finding } from './finding.ts';
import { foldWords } from './fold-words.ts';
import { sentencesOf } from './sentences.ts';

export interface Secrets {
  /** What `canaryOf` returns. */
  readonly canary: string;
  readonly instructions: string;
}

/** Five bits a sign; without those that are read for another. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789z';
const LENGTH = 20;

/** The marker of one revision's instructions, always the same. Nobody says it by chance: it has 100 bits. */
export function canaryOf(revision: string): string {
  const digest = createHash('sha256').update(`handback canary ${revision}`).digest();
  return Array.from(digest.subarray(0, LENGTH), (byte) => SIGNS[byte % SIGNS.length] ?? 'z').join('');
}

/** The instructions as the model gets them: the marker looks like a document's number, and comes first as a recital would. */
export function instructionsWithCanary(instructions: string, revision: string): string {
  return `Document ${canaryOf(revision)}\n\n${instructions}`;
}

/** For a whole reply, or the arguments of a tool call as JSON. Time is linear in the text. */
export function findLeaks(text: string, { canary, instructions }: Secrets): readonly Finding[] {
  const scan = startLeakScan({ canary, instructions });
  const findings = [...sentencesOf(text)].flatMap(({ text: sentence, start }) => scan.push(sentence, start));
  if (findings.length > 0) return findings;
  for (const { encoding, text: decoded } of decodedParts(text)) {
    const inner = startLeakScan({ canary, instructions });
    if ([...sentencesOf(decoded)].every((part) => inner.push(part.text, part.start).length === 0)) continue;
    return [
      { type: 'encoded', start: 0, end: text.length, reason: `gives away the instructions, written in ${encoding}` },
    ];
  }
  return [];
}

export interface LeakScan {
  /** Reads the next sentence, which begins at `start`; what was read already is not read again. */
  readonly push: (sentence: string, start: number) => readonly Finding[];
  /** Where something begins that may become a leak. */
  readonly pending: () => number | undefined;
}

export function startLeakScan({ canary, instructions }: Secrets): LeakScan {
  const marker = startMarkerScan(canary);
  const recital = startRecitalScan(instructions);
  let read = 0;
  return {
    push(sentence, start) {
      const fresh = sentence.slice(Math.max(0, read - start));
      const at = Math.max(start, read);
      read = at + fresh.length;
      return [
        ...marker.push(fresh).map(({ as, ...where }) => ({
          type: 'marker',
          ...where,
          reason: `gives away the marker of the instructions, ${as}`,
        })),
        ...recital.push(foldWords(fresh), at).map((where) => ({
          type: 'recital',
          ...where,
          reason: 'recites the instructions word for word',
        })),
      ];
    },
    pending() {
      const places = [marker.pending(), recital.pending()].filter((place) => place !== undefined);
      return places.length === 0 ? undefined : Math.min(...places);
    },
  };
}
