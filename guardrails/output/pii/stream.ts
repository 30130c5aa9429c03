import { allowedValues } from './allow.ts';
import { masked } from './mask.ts';
import { DEFAULT_ACTIONS, DEFAULT_HINTS, graver, type PiiAction, type PiiPolicy } from './policy.ts';
import { startScan } from './scan.ts';
import { LONGEST_PIECE } from './segment.ts';
import { PII_TYPES, type PiiSpan, type PiiType } from './types.ts';

/**
 * No more than this is held back, in UTF-16 units, however the text is made. Between ordinary words it is the word under way;
 * after a number, at most that number and the next word.
 */
export const MOST_HELD_BACK = LONGEST_PIECE;

export interface PiiStream {
  /** @returns text that may be shown: every value that is not the customer's is masked */
  readonly push: (segment: string) => string;
  /** @returns the rest */
  readonly end: () => string;
  /** The gravest action so far. After `block` or `escalate` the caller shows nothing more. */
  readonly verdict: () => PiiAction;
  /** The values so far that were not passed, in offsets of the text that was pushed. */
  readonly spans: () => readonly PiiSpan[];
}

/**
 * Screens a reply that is shown while it is written. What is cut in two by the segments is found as if it were whole: the
 * parts it returns, joined, are `screenPii(whole).text`.
 */
export function createPiiStream(policy: PiiPolicy = {}): PiiStream {
  const actionOf = (type: PiiType) => policy.actions?.[type] ?? DEFAULT_ACTIONS[type];
  const isAllowed = allowedValues(policy.allow ?? []);
  const spans: PiiSpan[] = [];
  let verdict: PiiAction = 'pass';
  let released = '';
  let last: PiiAction = 'pass';

  const actionFor = (value: string, type: PiiType): PiiAction => {
    if (!isAllowed(value, type)) return actionOf(type);
    return policy.maskOwn?.includes(type) === true ? 'redact' : 'pass';
  };
  const hints = (value: string, type: PiiType) =>
    isAllowed(value, type) || (policy.hints?.[type] ?? DEFAULT_HINTS.includes(type));

  const scan = startScan(new Set(PII_TYPES.filter(isLookedFor)), policy.regions ?? [], {
    text: (text) => {
      released += text;
    },
    value: (value, span, continued) => {
      if (continued) return goOn(value, span.end);
      last = actionFor(value, span.type);
      verdict = graver(verdict, last);
      released += last === 'pass' ? value : masked(value, span.type, hints(value, span.type));
      if (last !== 'pass') spans.push(span);
    },
  });

  /** More of a value that is masked already. */
  function goOn(value: string, end: number): void {
    const span = spans.at(-1);
    if (last === 'pass') released += value;
    else if (span !== undefined) spans[spans.length - 1] = { ...span, end };
  }

  /** A type that passes is not looked for, unless the customer's own value of it is to be masked. */
  function isLookedFor(type: PiiType): boolean {
    return actionOf(type) !== 'pass' || policy.maskOwn?.includes(type) === true;
  }

  const taken = () => {
    const text = released;
    released = '';
    return text;
  };
  return {
    push(segment) {
      scan.push(segment);
      return taken();
    },
    end() {
      scan.end();
      return taken();
    },
    verdict: () => verdict,
    spans: () => [...spans],
  };
}
