/** When a date that no object has may still stand, and which dates a line is about. */
import { bestFields, type Context, lineAround, valuesAround } from './context.ts';
import type { Field, RecordNode } from './records.ts';
import type { Value } from './types.ts';
import { stem } from './words.ts';

/** "I will search for flights on May 24": what is looked for need not be there. */
export function isPlan({ start }: Value, { reply }: Context): boolean {
  const sentence = reply.slice(Math.max(0, start - 250), start).match(/[^.!?\n]*$/)?.[0] ?? '';
  return /\b(?:I will|I['’]ll|let me|I am going to|I['’]m going to)\b[^.!?\n]*\b(?:search|look|check|find|see|try)\b/i.test(
    sentence,
  );
}

/** The people that a line with a date of birth names. */
export function personsIn(value: Value, context: Context): readonly RecordNode[] {
  const line = lineAround(value, context).toLowerCase();
  if (!/birth|\bborn\b|\bdob\b/.test(line)) return [];
  return context.known.nodes.filter(({ person }) => person !== undefined && line.includes(person));
}

const RECORDED = new Set(['created', 'updated', 'modified', 'dob']);
const OF_RECORD = /creat|book|made|purchas|order|plac|updat|modif|issu|sinc|\bago\b|within|hour|birth|born|\bdob\b/i;

/** Dates of the things themselves; when a record was made, or somebody born, only where the line speaks of that. */
export function dateFields(nodes: readonly RecordNode[], value: Value, context: Context): readonly Field[] {
  const fields = bestFields(nodes, new Set(), 'date');
  const plain = fields.filter(({ words }) => !words.some((word) => RECORDED.has(word)));
  return plain.length === 0 || OF_RECORD.test(lineAround(value, context)) ? fields : plain;
}

/** A day of the instructions is today's where the line speaks of today, and else that of what they say it is of. */
export function isInstructed(value: Value, keys: readonly string[], context: Context): boolean {
  const line = lineAround(value, context);
  const isNow = /\b(?:today|now|current|currently|time is|date is)\b/i.test(line);
  return keys.some((key) => {
    const words = context.known.instructed.get(`${value.kind}:${key}`);
    if (words === undefined || isNow) return words !== undefined;
    return (line.match(/\p{L}+/gu) ?? []).some((word) => words.has(stem(word)));
  });
}

/** An arrival "+1" is on the day after the date of its object, or where that has none after one that the reply names. */
export function isNextDay(
  keys: readonly string[],
  value: Value,
  nodes: readonly RecordNode[],
  context: Context,
): boolean {
  const dates = nodes.flatMap(({ fields }) => fields.filter(({ kind }) => kind === 'date').map(({ key }) => key));
  if (!dates.includes('+1')) return false;
  const said = valuesAround(value, 'date', context).filter(({ start }) => start < value.start);
  if (!/\d:\d\d|\barriv|\bnext day|\bland|\+1/i.test(lineAround(value, context))) return false;
  const whole = [...dates, ...said.flatMap(({ keys: own }) => own)].map((date) =>
    date.length === 5 ? `2001-${date}` : date,
  );
  return whole.some((date) => {
    const next = date.length === 10 ? nextDay(date) : '';
    return keys.some((key) => next.endsWith(date.startsWith('2001') ? key.slice(-5) : key));
  });
}

function nextDay(date: string): string {
  const at = new Date(`${date}T00:00:00Z`).getTime();
  return Number.isNaN(at) ? date : new Date(at + 86_400_000).toISOString().slice(0, 10);
}
