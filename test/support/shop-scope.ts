/** What customers ask a shop, in English and German: a scope for tests. */
import type { ScopeSettings } from '../../core/manifest.ts';

/** About ten an intent. */
export const ENGLISH: Readonly<Record<string, readonly string[]>> = {
  order: [
    ...['where is my order', 'when will my parcel arrive', 'has my order been shipped', 'track my delivery'],
    ...['my package is late', 'the parcel has not come yet', 'what is the status of my order'],
    ...['is my delivery on its way', 'can I see where the parcel is', 'when do you deliver my order'],
  ],
  refund: [
    ...['I want my money back', 'how do I return the shoes', 'can I get a refund', 'I want to send it back'],
    ...['how long does a refund take', 'the item is broken and I want to return it', 'refund my last order'],
    ...['can I exchange this for another size', 'what is your return policy', 'where is my refund'],
  ],
};

const GERMAN: Readonly<Record<string, readonly string[]>> = {
  bestellung: [
    ...['wo ist meine Bestellung', 'wann kommt mein Paket an', 'ist meine Bestellung schon verschickt'],
    ...['mein Paket ist zu spät', 'wie ist der Stand meiner Bestellung'],
  ],
  rueckgabe: [
    ...['ich möchte mein Geld zurück', 'wie kann ich die Schuhe zurückgeben', 'wie lange dauert eine Erstattung'],
    ...['der Artikel ist kaputt', 'kann ich das umtauschen'],
  ],
};

/** As a setting, with the labels as intents. */
export function scopeOf(intents: Readonly<Record<string, readonly string[]>>): ScopeSettings {
  return {
    examples: Object.entries(intents).flatMap(([label, texts]) => texts.map((text) => ({ text, label }))),
    description: 'orders and returns',
  };
}

export const shopScope: ScopeSettings = scopeOf({ ...ENGLISH, ...GERMAN });
