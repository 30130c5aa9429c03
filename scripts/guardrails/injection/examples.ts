/** Rows as what the model sees of them: one set of features a window of each reading. */
import { type Features, featuresOf } from '../../../guardrails/input/features.ts';
import { hasWords } from '../../../guardrails/input/ngram.ts';
import { viewsOf } from '../../../guardrails/input/normalise.ts';
import { brokenRule } from '../../../guardrails/input/rules.ts';
import { windowsOf } from '../../../guardrails/input/windows.ts';
import type { Row } from './rows.ts';

export interface Example {
  readonly row: Row;
  readonly windows: readonly Features[];
  /** A rule of the stage before settles it. */
  readonly ruled: boolean;
}

export function exampleOf(row: Row): Example {
  const windows: Features[] = [];
  const views = viewsOf(row.text);
  for (const view of views.filter(hasWords)) {
    for (const window of windowsOf(view.text)) {
      const { characters, words, concepts } = featuresOf(window, view.disguises);
      windows.push({ characters: characters.slice(), words: words.slice(), concepts: concepts.slice() });
    }
  }
  return { row, windows, ruled: brokenRule(views) !== undefined };
}

/** Windows of an attack that are taken for an attack: further on a long one may be about anything. */
const ATTACKING = 3;

export function trainedOn(example: Example): readonly Features[] {
  return example.row.attack ? example.windows.slice(0, ATTACKING) : example.windows;
}
