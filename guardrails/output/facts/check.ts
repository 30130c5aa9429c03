/** Checks a reply against the evidence. */
import { idOf, isBeside } from './anchors.ts';
import { announcedChanges } from './announced.ts';
import { agrees, bestFields, type Context, contextOf, named, saidBefore, wordsBefore } from './context.ts';
import { dateFields, isInstructed, isNextDay, isPlan, personsIn } from './dates.ts';
import { derivable } from './derive.ts';
import { idProblem } from './ids.ts';
import { knownFrom } from './known.ts';
import { linesOf } from './layout.ts';
import { wrongNames } from './names.ts';
import { isListMark, numberProblem } from './numbers.ts';
import { brokenPromises } from './promises.ts';
import type { Field } from './records.ts';
import type { Contradiction, Evidence, Value } from './types.ts';
import { valuesIn } from './values.ts';

/** A reply with more values than this is no reply to a customer, and the check would not be quick. */
const MOST_VALUES = 2_000;

/**
 * What in a reply contradicts the conversation, by where it stands. Where nothing is known of what a value belongs to, its
 * presence anywhere in the evidence is enough.
 */
export function checkFacts(reply: string, evidence: Evidence): readonly Contradiction[] {
  const lines = linesOf(reply);
  const values = valuesIn(reply).filter((value) => !isListMark(value, lines));
  const surplus = values[MOST_VALUES];
  if (surplus !== undefined) {
    const reason = `The reply has more than ${MOST_VALUES} values. Say less at once.`;
    return [{ type: 'number', start: surplus.start, end: surplus.end, reason }];
  }
  const known = knownFrom(evidence);
  const context = contextOf(reply, values, known);
  return [
    ...values.flatMap((value) => judged(value, context) ?? []),
    ...wrongNames(reply, known, values, (offset) => peopleAt(offset, context)),
    ...brokenPromises(reply, evidence, known),
    ...announcedChanges(reply, evidence),
  ].sort((one, other) => one.start - other.start);
}

/** People of the objects that a line speaks of, and those who were named there before. */
function peopleAt(offset: number, context: Context): ReadonlySet<string> | undefined {
  const anchors = context.anchorsAt(offset);
  const ids = new Set(anchors.map(idOf));
  const people = new Set(context.nodesOf(anchors).flatMap(({ person }) => person ?? []));
  if (people.size === 0) return undefined;
  const { customerWords } = context.known;
  for (const person of context.known.people) {
    if (person.split(' ').every((word) => customerWords.has(word))) people.add(person);
  }
  for (const [person, named] of context.known.namedOf) {
    if (named.some((of) => of.length === 0 || of.some((anchor) => ids.has(idOf(anchor))))) people.add(person);
  }
  return people;
}

function judged(value: Value, context: Context): Contradiction | undefined {
  const problem = problemOf(value, context);
  if (problem === undefined) return undefined;
  const said = context.reply.slice(value.start, value.end);
  return { type: value.kind, start: value.start, end: value.end, reason: `"${said}" ${problem}` };
}

function problemOf(value: Value, context: Context): string | undefined {
  if (value.kind === 'id') return idProblem(value, context);
  if (value.kind === 'number') return numberProblem(value, context);
  const { known } = context;
  const anchors = context.anchorsAt(value.start);
  const keys = replyKeys(value, context);
  const nodes = [...context.nodesOf(anchors), ...(value.kind === 'date' ? personsIn(value, context) : [])];
  const fields =
    value.kind === 'date'
      ? dateFields(nodes, value, context)
      : bestFields(nodes, wordsBefore(value, context), value.kind);
  if (fields.some((field) => agrees(field, keys))) return undefined;
  if (keys.some((key) => known.inTexts.has(`${value.kind}:${key}`))) return undefined;
  if (isInstructed(value, keys, context)) return undefined;
  if (saidBefore(value.kind, keys, anchors, known)) return undefined;
  if (value.kind === 'amount' && derivable(value, nodes, context)) return undefined;
  if (value.kind === 'date' && isNextDay(keys, value, nodes.length > 0 ? nodes : known.nodes, context))
    return undefined;
  if (value.kind === 'date' && isPlan(value, context)) return undefined;
  const elsewhere = keys.some((key) => known.inResults.has(`${value.kind}:${key}`));
  if (elsewhere && !isBound(value, fields, context) && !isComputed(value, context)) return undefined;
  if (elsewhere && isBound(value, fields, context)) return `is not what the tools returned for ${named(anchors)}.`;
  return 'is in no tool result and does not follow from one.';
}

/** Whether a value has to be one of these fields: its line has the id, or its label is that of the fields. */
function isBound(value: Value, fields: readonly Field[], context: Context): boolean {
  const anchors = context.anchorsAt(value.start);
  if (fields.length === 0 || value.kind !== 'amount' || !anchors.some(isBeside)) return fields.length > 0;
  const words = wordsBefore(value, context);
  return fields.some((field) => field.words.some((word) => words.has(word)));
}

/** A total, a difference or a rest is no listed price, whichever thing it is the price of. */
function isComputed(value: Value, context: Context): boolean {
  if (value.kind !== 'amount') return false;
  const words = wordsBefore(value, context);
  return ['total', 'difference', 'remaining', 'remainder', 'sum', 'subtotal'].some((word) => words.has(word));
}

/** An hour without am or pm may be in either half of the day; a day said without a year is of any year that was named. */
function replyKeys({ kind, keys, start, end }: Value, { reply, known }: Context): readonly string[] {
  if (kind === 'date') {
    const named = keys.filter((key) => key.length === 10 && known.tokens.has(key.slice(0, 4)));
    return [...keys, ...named.map((key) => key.slice(5)).filter((key) => known.yearless.has(key))];
  }
  if (kind !== 'time' || /[ap]\.? ?m/i.test(reply.slice(start, end))) return keys;
  return keys.flatMap((key) =>
    Number(key) >= 60 && Number(key) < 780 ? [key, String((Number(key) + 720) % 1440)] : [key],
  );
}
