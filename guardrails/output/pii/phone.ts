import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { digitRuns, digitsOf } from './digit-groups.ts';
import { isAdjacent, type Label, labelAfter, labelBefore } from './label.ts';
import { isGrouped, isNorthAmerican, isThousands, type NumberShape, shapesOf } from './phone-shape.ts';
import type { Finding, Scene } from './types.ts';

/**
 * Telephone numbers. One that is written for the whole world (`+`, `00`), with its trunk prefix, or as North Americans do is
 * recognised by itself; one written as its neighbours dial it needs the word for it nearby.
 */
export function findPhones(scene: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (const run of digitRuns(scene.text, scene.from)) {
    for (let first = 0; first < run.groups.length; first++) {
      for (const shape of shapesOf(run, first)) {
        const score = scoreOf(scene, shape);
        if (score === 0) continue;
        findings.push({ start: shape.start, end: shape.end + extensionAfter(scene.text, shape.end), score });
        first += shape.groups.length - 1;
        break;
      }
    }
  }
  return findings;
}

const EXTENSION = /^ ?(?:x|ext\.?|extension|extn\.?|#) ?\d{1,6}(?![\p{L}\p{N}])/iu;
const AMOUNT_BEFORE = /(?:[$€£¥₹#]|\b(?:USD|EUR|GBP|CHF|Rs\.?|INR|JPY)) ?$/i;
const AMOUNT_AFTER =
  /^ ?(?:[%$€£¥₹]|(?:usd|eur|euros?|dollars?|gbp|chf|inr|vnd|idr|krw|jpy|yen|won|rub|huf|czk|pln|sek|nok|dkk|kr|kč|zł|ft|points|miles|km|kg|units|pieces|views|users)(?!\p{L}))/iu;

function extensionAfter(text: string, end: number): number {
  return EXTENSION.exec(text.slice(end, end + 20))?.[0].length ?? 0;
}

/** 0 where it is no telephone number. */
function scoreOf({ text, regions }: Scene, shape: NumberShape): number {
  const isAmerican = isNorthAmerican(shape);
  // Asked first, because in a long list of numbers every part of it comes here.
  if (!shape.plus && !isAmerican && isPartOfMore(text, shape)) return 0;
  if (AMOUNT_AFTER.test(text.slice(shape.end, shape.end + 12))) return 0;
  if (shape.plus) return isAbroad(dialledDigits(shape)) ? 0.95 : 0;
  if (AMOUNT_BEFORE.test(text.slice(Math.max(0, shape.start - 5), shape.start))) return 0;
  const label = labelBefore(text, shape.start);
  if (label !== undefined && saysAnotherThing(label)) return 0;
  if (isAmerican || isDialledAbroad(dialledDigits(shape))) return 0.9;
  if (isNamed(label, text, shape)) return 0.85;
  if (shape.groups.length === 1) return 0;
  if (isNational(shape, regions) && !isThousands(shape)) return 0.85;
  return isAtHomeSomewhere(shape) || isReadAloud(text, shape, label) ? 0.6 : 0;
}

/** "Order number 415-555-0132" is an order's number, "about your order, call 415-555-0132" is not. */
function saysAnotherThing(label: Label): boolean {
  return label.kind !== 'phone' && label.kind !== 'secret' && isAdjacent(label);
}

function isNamed(label: Label | undefined, text: string, { digits, end, groups }: NumberShape): boolean {
  if (digits.length > 15 || /^(\d)\1*$/.test(digits)) return false;
  const called = label?.kind === 'phone' && label.between.length <= 6;
  const joined = groups.length > 1 || /^ ?[-([]/.test(text.slice(end, end + 2));
  return called || (joined && labelAfter(text, end) === 'phone');
}

/** With `+` the number says its country. One that its country does not know (yet) is taken if it is long enough. */
function isAbroad(digits: string): boolean {
  const parsed = digits.length < 8 ? undefined : parsePhoneNumberFromString(`+${digits}`);
  return parsed !== undefined && (parsed.isPossible() || digits.length >= 10);
}

/** The prefix for calls abroad, in most of the world and in North America. */
const ABROAD = /^(?:00|011)([1-9]\d{8,14})$/;

function isDialledAbroad(digits: string): boolean {
  const number = ABROAD.exec(digits)?.[1];
  return number !== undefined && parsePhoneNumberFromString(`+${number}`)?.isPossible() === true;
}

/** `+41 (0)71 526 99 04` shows the zero that callers from abroad leave out. */
function dialledDigits({ groups, gaps, digits }: NumberShape): string {
  const zero = groups.findIndex((group, index) => group.digits === '0' && gaps[index - 1]?.endsWith('(') === true);
  return zero === -1 ? digits : digitsOf(groups.filter((_, index) => index !== zero));
}

/** A number with its trunk zero, or ten digits in North America's groups. Nine digits in two groups may be an address. */
function isAtHomeSomewhere(shape: NumberShape): boolean {
  const { digits, groups } = shape;
  const [first = '', last = ''] = [groups[0]?.digits, groups.at(-1)?.digits];
  if (first.length < 2 || last.length < 2) return false;
  if (!digits.startsWith('0')) return digits.length >= 10 && isNational(shape, ['US']);
  return digits.length >= (groups.length > 2 ? 9 : 10) && isNational(shape, WITH_TRUNK_ZERO);
}

/** Countries whose numbers begin with 0 at home; `0688 872 49 99` is one of theirs. */
const WITH_TRUNK_ZERO: readonly string[] =
  'GB DE FR NL BE CH AT IT SE FI IE AU NZ IN ZA JP KR TR RO BG HR SI SK RS UA IL EG NG KE PK ID MY PH TH VN TW AR AE SA MA LU'.split(
    ' ',
  );

/** Some groups of a longer number, whatever that is. */
function isPartOfMore(text: string, { start, end }: NumberShape): boolean {
  return /\d[ .-]?$/.test(text.slice(Math.max(0, start - 2), start)) || /^[ .-]?\d/.test(text.slice(end, end + 2));
}

/** Grouped as telephone numbers are or alone in its line, and nothing near it says what it is. */
function isReadAloud(text: string, shape: NumberShape, label: Label | undefined): boolean {
  const looksIt =
    isAlone(text, shape) || (label === undefined && isGrouped(shape, text.slice(shape.end, shape.end + 8)));
  return looksIt && isNational(shape, ANYWHERE);
}

/** A line that is a number and nothing else, as in a signature. */
function isAlone(text: string, { start, end }: NumberShape): boolean {
  return (
    /(?:^|[\n\r])[ \t]{0,8}$/.test(text.slice(Math.max(0, start - 9), start)) &&
    /^[ \t]{0,8}(?:[\n\r]|$)/.test(text.slice(end, end + 9))
  );
}

/** Countries without a trunk prefix, as well. */
const ANYWHERE: readonly string[] = [
  ...WITH_TRUNK_ZERO,
  ...'US DK NO ES PT PL CZ GR IS CY MT EE LV BR MX CL CO SG HK'.split(' '),
];

function isNational({ digits }: NumberShape, regions: readonly string[]): boolean {
  return regions.some(
    (region) => isSupportedCountry(region) && parsePhoneNumberFromString(digits, region)?.isValid() === true,
  );
}
