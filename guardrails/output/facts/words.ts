/** Words as they are compared: lower case, without the ends of plurals and past forms, a few synonyms made one. */

const WORD = /[\p{L}]+/gu;
const CAMEL = /(?<=[\p{Ll}\d])(?=\p{Lu})/gu;

const SYNONYMS: Readonly<Record<string, string>> = {
  baggage: 'bag',
  luggage: 'bag',
  suitcase: 'bag',
  traveler: 'passenger',
  traveller: 'passenger',
  people: 'passenger',
  person: 'passenger',
  adult: 'passenger',
  nonfree: 'paid',
  non: 'paid',
  additional: 'paid',
  extra: 'paid',
  booking: 'reservation',
  departing: 'departure',
  depart: 'departure',
  leaving: 'departure',
  leave: 'departure',
  arriving: 'arrival',
  arrive: 'arrival',
  landing: 'arrival',
  land: 'arrival',
  birth: 'dob',
  birthday: 'dob',
  article: 'item',
  product: 'item',
  qty: 'quantity',
};

/** `passengers` → `passenger`, `baggages` → `bag`, `cities` → `city`. */
export function stem(word: string): string {
  let root = word.toLowerCase();
  const same = SYNONYMS[root];
  if (same !== undefined) return same;
  if (root.length > 4 && root.endsWith('ies')) root = `${root.slice(0, -3)}y`;
  else if (root.length > 4 && /(?:sh|ch|x|ss)es$/.test(root)) root = root.slice(0, -2);
  else if (root.length > 3 && root.endsWith('s') && !root.endsWith('ss') && !root.endsWith('us'))
    root = root.slice(0, -1);
  return SYNONYMS[root] ?? root;
}

/** Words of a key (`available_seats`, `lastFour`). */
export function keyWords(key: string): readonly string[] {
  return key.replace(CAMEL, ' ').match(WORD)?.map(stem) ?? [];
}

/** Says nothing about what a number counts. */
export const EMPTY = new Set(
  'a an the of for to in on at and or is are was were be been you your i my we our it its this that these those with from per each all any number as by have has will would can could there their they he she new current up than more only also'.split(
    ' ',
  ),
);
