import { allowedValues } from './allow.ts';
import type { PiiOptions } from './policy.ts';
import { startScan } from './scan.ts';
import { PII_TYPES, type PiiSpan, type PiiType } from './types.ts';

/** The personal values of a text that the customer may not see, in their order and without overlaps. */
export function findPii(text: string, options: PiiOptions = {}): readonly PiiSpan[] {
  const on = new Set<PiiType>(PII_TYPES.filter((type) => options.types?.[type] !== false));
  const isAllowed = allowedValues(options.allow ?? []);
  const spans: PiiSpan[] = [];
  const scan = startScan(on, options.regions ?? [], {
    text: () => {},
    value: (_, span, continued) => {
      const last = spans.at(-1);
      if (continued && last !== undefined) spans[spans.length - 1] = { ...last, end: span.end };
      else spans.push(span);
    },
  });
  scan.push(text);
  scan.end();
  return spans.filter(({ start, end, type }) => !isAllowed(text.slice(start, end), type));
}
