/** What the linear model sees of a text: numbers of hashed n-grams, each once, in three kinds of their own ranges. */
import { conceptOf } from './concepts.ts';
import type { Disguise, View } from './normalise.ts';

const CHARACTER_BITS = 20;
const WORD_BITS = 19;
const CONCEPT_BITS = 18;
const WORD_START = 1 << CHARACTER_BITS;
const CONCEPT_START = WORD_START + (1 << WORD_BITS);

/** One weight for each. */
export const FEATURE_COUNT = CONCEPT_START + (1 << CONCEPT_BITS);

/** Hashed n-grams of one window. The arrays are used again by the next call: copy what is kept. */
export interface Features {
  readonly characters: Uint32Array;
  readonly words: Uint32Array;
  readonly concepts: Uint32Array;
}

const SHORTEST = 2;
const LONGEST = 5;
/** An idea is paired with the next three after it that are at most so many words away. */
const REACH = 9;
const PAIRS = 3;

const CAPACITY = 40_000;
const characters = new Uint32Array(CAPACITY);
const words = new Uint32Array(CAPACITY);
const concepts = new Uint32Array(CAPACITY);
/** In which call a feature was seen last, so that each counts once without emptying a set. */
const seen = new Uint32Array(FEATURE_COUNT);
let call = 0;

/** A token is a run of letters and digits (with what joins a word), or one sign. */
const TOKEN = /[\p{L}\p{N}_]+(?:['.-][\p{L}\p{N}_]+)*|[^\s\p{L}\p{N}_]/gu;
const DIGITS = /\d+/g;

/** @param text one window of a view, at most a few thousand characters */
export function featuresOf(text: string, disguises: View['disguises']): Features {
  call++;
  const tokens = text.replace(DIGITS, '0').match(TOKEN) ?? [];
  const characterCount = takeCharacters(tokens);
  const wordCount = takeWords(tokens);
  const conceptCount = takeConcepts(tokens, disguises);
  return {
    characters: characters.subarray(0, characterCount),
    words: words.subarray(0, wordCount),
    concepts: concepts.subarray(0, conceptCount),
  };
}

const SEED = 0x811c9dc5;

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

/** FNV spreads its low bits badly; this finishes what it began (the last steps of MurmurHash3). */
function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function put(list: Uint32Array, count: number, feature: number): number {
  if (count >= CAPACITY || seen[feature] === call) return count;
  seen[feature] = call;
  list[count] = feature;
  return count + 1;
}

/** Two to five characters within a word and its borders. */
function takeCharacters(tokens: readonly string[]): number {
  let count = 0;
  for (const token of tokens) {
    const end = Math.min(token.length, 40) + 2;
    for (let start = 0; start < end - 1; start++) {
      let hash = SEED;
      const stop = Math.min(end, start + LONGEST);
      for (let at = start; at < stop; at++) {
        hash = mix(hash, at === 0 || at === end - 1 ? 32 : token.charCodeAt(at - 1));
        if (at - start + 1 < SHORTEST) continue;
        count = put(characters, count, finish(hash) >>> (32 - CHARACTER_BITS));
      }
    }
  }
  return count;
}

/** One to three tokens in a row. */
function takeWords(tokens: readonly string[]): number {
  let count = 0;
  let last = 0;
  let beforeLast = 0;
  for (const token of tokens) {
    const hash = hashOf(token);
    count = put(words, count, wordFeature(mix(hash, 1)));
    if (last !== 0) count = put(words, count, wordFeature(mix(Math.imul(last, 31) ^ hash, 2)));
    if (beforeLast !== 0) {
      count = put(words, count, wordFeature(mix(Math.imul(Math.imul(beforeLast, 31) ^ last, 31) ^ hash, 3)));
    }
    beforeLast = last;
    last = hash;
  }
  return count;
}

function hashOf(token: string): number {
  let hash = SEED;
  const end = Math.min(token.length, 40);
  for (let at = 0; at < end; at++) hash = mix(hash, token.charCodeAt(at));
  return hash;
}

function wordFeature(hash: number): number {
  return WORD_START + (finish(hash) >>> (32 - WORD_BITS));
}

const DISGUISES: readonly Disguise[] = [
  ...(['base64', 'hex', 'url', 'escapes', 'tags', 'shifted', 'reversed'] as const),
  ...(['invisible', 'lookalikes', 'leet', 'spread'] as const),
];

/** Ideas, pairs and triples of them in order, and the disguises the text came in. */
function takeConcepts(tokens: readonly string[], disguises: View['disguises']): number {
  let count = 0;
  const ideas: number[] = [];
  const places: number[] = [];
  for (const [place, token] of tokens.entries()) {
    const idea = conceptOf(token);
    if (idea === 0) continue;
    ideas.push(idea);
    places.push(place);
  }
  for (const [index, idea] of ideas.entries()) {
    const place = places[index] ?? 0;
    count = put(concepts, count, conceptFeature(idea, 0, 0));
    for (let next = index + 1; next <= index + PAIRS && next < ideas.length; next++) {
      if ((places[next] ?? 0) - place > REACH) break;
      const second = ideas[next] ?? 0;
      count = put(concepts, count, conceptFeature(idea, second, 0));
      const third = ideas[next + 1];
      if (third === undefined || (places[next + 1] ?? 0) - place > REACH) continue;
      count = put(concepts, count, conceptFeature(idea, second, third));
    }
  }
  for (const disguise of disguises)
    count = put(concepts, count, conceptFeature(200 + DISGUISES.indexOf(disguise), 0, 0));
  return count;
}

function conceptFeature(first: number, second: number, third: number): number {
  return CONCEPT_START + (finish(mix(mix(mix(SEED, first), second), third)) >>> (32 - CONCEPT_BITS));
}
