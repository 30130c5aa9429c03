/** Ids and codes: nobody invents one. */
import { bestFields, type Context, named, saidBefore } from './context.ts';
import { isNamed } from './names.ts';
import { citiesOf } from './places.ts';
import type { Value } from './types.ts';

/** Words that are written in capitals and are no code of anything. */
const CAPITALS = new Set(
  'est edt pst pdt cst cdt mst mdt utc gmt usd eur gbp chf dob usa faq pdf url vip atm sms pin iban bic vat tbd eta etd asap not and the yes please only all must iata pnr csv json html http https api gps'.split(
    ' ',
  ),
);

export function idProblem(value: Value, context: Context): string | undefined {
  const { known } = context;
  const anchors = context.anchorsAt(value.start);
  const key = value.keys[0] ?? '';
  if (CAPITALS.has(key)) return undefined;
  const parts = key.split(/[_-]/);
  const isKnown =
    known.tokens.has(key) || (parts.length > 1 && parts.every((part) => known.tokens.has(part)) && !/\d/.test(key));
  if (!isKnown) {
    if (key.includes('@'))
      return known.inTexts.has(`id:${key}`) || known.inResults.has(`id:${key}`) ? undefined : MISSING;
    return citiesOf(key).some((name) => isNamed(name, known)) ? undefined : MISSING;
  }
  if (!IATA.test(key) || anchors.length === 0) return undefined;
  const codes = bestFields(context.nodesOf(anchors), new Set(), 'id').filter((field) => IATA.test(field.key));
  if (codes.length === 0 || codes.some((field) => field.key === key)) return undefined;
  if (known.inTexts.has(`id:${key}`) || saidBefore('id', [key], anchors, known)) return undefined;
  return `is not what the tools returned for ${named(anchors)}.`;
}

const MISSING = 'is in no tool result and nobody named it.';

const IATA = /^[a-z]{3}$/;
