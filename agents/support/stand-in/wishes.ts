/** What a customer wants, from a few phrases. */
import type { ReturnReason } from '../changes.ts';
import type { RefundReason } from '../refunds.ts';
import type { NewAddress } from './changes.ts';

type OrderWishKind = 'track' | 'status' | 'cancel' | 'return' | 'refund' | 'address';

/** Something about one order. `text` is all the customer said about it, for the details. */
export interface OrderWish {
  readonly kind: OrderWishKind;
  readonly orderId: string | undefined;
  readonly text: string;
}

interface ProductSearchArguments {
  readonly query: string;
  readonly maxPrice?: number;
  readonly sleeps?: number;
  readonly size?: string;
}

export type Wish =
  | OrderWish
  | { readonly kind: 'orders' | 'policy' | 'person' | 'greeting' | 'thanks' | 'unknown' }
  | { readonly kind: 'products'; readonly search: ProductSearchArguments };

const GOODS =
  /\b(tents?|tarps?|sleeping|pads?|mats?|packs?|backpacks?|rucksacks?|boots?|shoes?|sandals?|socks?|gaiters?|jackets?|trousers|fleeces?|vests?|gloves?|beanies?|hats?|stoves?|pots?|lamps?|headlamps?|lanterns?|compass|gps|filters?|bottles?|harness|ropes?|quickdraws?|poles?)\b/i;

/** The first that fits wins, so that "return policy" is no return and "refund my late order" is a refund. */
const PHRASES: readonly (readonly [RegExp, Exclude<Wish['kind'], 'products'>])[] = [
  [/\b(human|real person|operator|supervisor|complain|speak to|talk to (a|some))/i, 'person'],
  [/\b(policy|how long .*(return|send back)|(can|may) I return (things|items|something)\b)/i, 'policy'],
  [/\bcancel/i, 'cancel'],
  [/\b(refund|money back|reimburse|broken|damaged|defective|torn|missing)/i, 'refund'],
  [/\b(return|send (it|them|this|these) back|exchange|does ?n[o']?t fit|too (small|big|large|tight))/i, 'return'],
  [/\b(address|deliver (it )?to|moved|send it to)\b/i, 'address'],
  [/\b(my|all|list|recent|latest) .*\borders\b|\border history\b|\bwhat (have|did) I order/i, 'orders'],
  [
    /\b(track|parcel|package|delivery|shipment)\b|\bwhere('s| is| are)\b|\bwhen (will|does|is)\b.*\b(come|arrive|here|order|get)/i,
    'track',
  ],
  [/\b(status|details?|look up|what about|what is in|my order)\b/i, 'status'],
];

const SHOPPING =
  /\b(do you (have|sell|stock)|looking for|recommend|how much|price|in stock|sell|buy|show me|I need)\b/i;

export function recognise(text: string): Wish {
  const orderId = orderNumberIn(text);
  const shopping = orderId === undefined && (/\bin stock\b/i.test(text) || (SHOPPING.test(text) && GOODS.test(text)));
  if (shopping) return { kind: 'products', search: searchIn(text) };
  const kind = PHRASES.find(([phrase]) => phrase.test(text))?.[1];
  switch (kind) {
    case 'track':
    case 'status':
    case 'cancel':
    case 'return':
    case 'refund':
    case 'address':
      return { kind, orderId, text };
    case undefined:
      break;
    default:
      return { kind };
  }
  if (orderId !== undefined) return { kind: 'status', orderId, text };
  if (GOODS.test(text) || SHOPPING.test(text)) return { kind: 'products', search: searchIn(text) };
  if (/\b(thanks|thank you|thx|cheers|great|perfect)\b/i.test(text)) return { kind: 'thanks' };
  if (/^\W*(hi|hello|hey|good (morning|day|afternoon|evening)|greetings)\b/i.test(text)) return { kind: 'greeting' };
  return { kind: 'unknown' };
}

export function orderNumberIn(text: string): string | undefined {
  const digits = /\bO-?(\d{3,4})\b/i.exec(text)?.[1] ?? /(?:#|\border (?:no\.? |number )?)(\d{3,4})\b/i.exec(text)?.[1];
  return digits === undefined ? undefined : `O-${digits.padStart(4, '0')}`;
}

const COUNTS: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4 };
const NOT_SEARCHED =
  /\b(do|you|have|when|will|be|back|again|sell|stock|in|a|an|any|the|for|with|under|below|less|than|up|to|max|dollars|me|i|am|im|looking|need|recommend|how|much|is|are|does|cost|price|of|what|which|show|buy|want|some|please|size|person|people|us|my|and|or|there|one|two|three|four|hi|hello)\b/g;

function searchIn(text: string): ProductSearchArguments {
  const lower = text.toLowerCase();
  const price = /(?:under|below|less than|up to|max\w*|\$)\s*\$?\s*(\d+(?:\.\d+)?)/.exec(lower)?.[1];
  const people =
    /(?:for\s+|)(\d|one|two|three|four)(?:[\s-]*(?:person|people|man)|\b(?=[^\d.]*$|\s+(?:under|below|up|less|max)))/.exec(
      lower,
    )?.[1];
  const size = /\bsize\s+([a-z0-9/]+)/.exec(lower)?.[1];
  const sleeps = /\btents?\b/.test(lower) && people !== undefined ? (COUNTS[people] ?? Number(people)) : undefined;
  const query = lower
    .replace(/\bsize\s+[a-z0-9/]+/, ' ')
    .replace(/[^a-z\s]/g, ' ')
    .replace(NOT_SEARCHED, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return {
    query,
    ...(price === undefined ? {} : { maxPrice: Number(price) }),
    ...(sleeps === undefined || sleeps < 1 || sleeps > 8 ? {} : { sleeps }),
    ...(size === undefined ? {} : { size }),
  };
}

const RETURN_WORDS: readonly (readonly [RegExp, ReturnReason])[] = [
  [/too (small|big|large|tight|wide|short|long)|does ?n[o']?t fit|fit/i, 'does_not_fit'],
  [/damaged|broken|torn|defective|faulty/i, 'damaged'],
  [/wrong|not what I ordered/i, 'wrong_item'],
  [/not as described|different from/i, 'not_as_described'],
  [/changed? (my|their|his|her) mind|not need|no longer|do ?n[o']?t (want|like|need)/i, 'changed_mind'],
];

export function returnReasonIn(text: string): ReturnReason | undefined {
  return RETURN_WORDS.find(([phrase]) => phrase.test(text))?.[1];
}

const REFUND_WORDS: readonly (readonly [RegExp, RefundReason])[] = [
  [/damaged|broken|torn|defective|faulty/i, 'damaged'],
  [/missing|not in the (box|parcel)/i, 'missing'],
  [/\blate\b|delay|overdue|shipping|still waiting/i, 'late_delivery'],
  [/return|sent (it |them )?back/i, 'return_received'],
];

export function refundReasonIn(text: string): RefundReason | undefined {
  return REFUND_WORDS.find(([phrase]) => phrase.test(text))?.[1];
}

/** Order numbers have digits too; they are no house numbers and no items. */
const ORDER_NUMBER = /\bO-?\d{3,4}\b|(?:#|\border )\d{3,4}\b/gi;
const ADDRESS = /(\d+[a-z]?\s+.+?),\s*([^,\n]+),\s*([a-z]{2})\s+(\d{5}(?:-\d{4})?)/i;

export function addressIn(text: string): NewAddress | undefined {
  const match = ADDRESS.exec(text.replace(ORDER_NUMBER, ' '));
  const [, street, city, region, postalCode] = match ?? [];
  if (street === undefined || city === undefined || region === undefined || postalCode === undefined) return undefined;
  return { street: street.trim(), city: city.trim(), region: region.toUpperCase(), postalCode };
}

/** Items by number ("item 2", "1 and 3") or by a word of their name. */
export function itemsIn(text: string, items: readonly { readonly item: number; readonly product: string }[]): number[] {
  const said = text.replace(ORDER_NUMBER, ' ').toLowerCase();
  const numbers = new Set((said.match(/\b\d{1,2}\b/g) ?? []).map(Number));
  const chosen = items.filter(({ item, product }) => {
    const named = product.toLowerCase().match(/[a-z]{4,}/g) ?? [];
    return numbers.has(item) || named.some((word) => said.includes(word));
  });
  return chosen.map(({ item }) => item);
}
