import { isAdjacent, labelBefore } from './label.ts';
import type { Finding, Scene } from './types.ts';

/** Keys, tokens and passwords: by the prefix their maker gives them, by a key file's header, or by name and entropy. */
export function findSecrets(scene: Scene): readonly Finding[] {
  return [...withPrefix(scene), ...keyBlocks(scene), ...named(scene), ...inAddresses(scene)];
}

const PREFIXES = [
  // Payment and shop providers
  '[sr]k_(?:live|test)_|pk_live_|whsec_|rzp_(?:live|test)_|sq0(?:atp|csp)-|shp(?:at|ca|pa|ss)_',
  // Code hosts and package registries
  'gh[pousr]_|github_pat_|gl(?:pat|dt|rt)-|npm_|pypi-|dckr_pat_',
  // Model providers
  'sk-(?:ant-|proj-|or-)?|hf_|gsk_|xai-|r8_',
  // Clouds and mail
  'AIza|ya29\\.|GOCSPX-|dop_v1_|SG\\.|key-|xox[abeoprs]-|xapp-|hv[sb]\\.|lin_api_|sntrys_|eyJ',
].join('|');
const PREFIXED = new RegExp(`(?<![\\p{L}\\p{N}_-])(?:${PREFIXES})[\\w.~+/=-]{12,400}`, 'gu');
const CLOUD_ID = /(?<![\p{L}\p{N}_])(?:AKIA|ASIA|AROA|AIDA)[A-Z2-7]{16}(?![\p{L}\p{N}_])/gu;

function withPrefix({ text, from }: Scene): readonly Finding[] {
  const prefixed = matches(PREFIXED, text, from).filter(({ start, end }) => isRandom(text.slice(start, end), 2.8));
  return [...prefixed, ...matches(CLOUD_ID, text, from)].map((span) => ({ ...trimmed(text, span), score: 1 }));
}

const HEADER = /-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const BASE64 = /[A-Za-z\d+/=\\\s]{0,4096}/y;

function keyBlocks({ text, from }: Scene): readonly Finding[] {
  return matches(HEADER, text, Math.max(0, from - 64))
    .filter(({ end }) => end > from)
    .map(({ start, end }) => {
      BASE64.lastIndex = end;
      const body = BASE64.exec(text)?.[0].length ?? 0;
      const closed = end + body < text.length;
      return { start: Math.max(start, from), end: end + body, score: 1, ...(closed ? {} : { open: 'block' as const }) };
    });
}

/** What follows "api key:" or "password is": long and random, or short where it is a password. */
const WORD = /(?<![^\s:="'`(,])[^\s"'`,;()<>]{6,400}/gu;

function named({ text, from }: Scene): readonly Finding[] {
  return matches(WORD, text, from)
    .map((span) => afterSign(text, trimmed(text, span)))
    .filter(({ start, end }) => {
      const value = text.slice(start, end);
      if (!/\d/.test(value) || !/\p{L}/u.test(value) || value.includes('://') || value.includes('@')) return false;
      const label = labelBefore(text, start);
      if (label?.kind !== 'secret' || !isAdjacent(label)) return false;
      if (value.length >= 16) return isRandom(value, 3);
      const password = /(?:passwor[dt]|passwd|pwd)["'*` ]{0,3}(?:(?:is|ist|lautet):?|[:=])["'*` ]{0,3}$/i;
      return password.test(text.slice(Math.max(0, start - 24), start)) && !/^\d+[-\p{L}]+$/u.test(value);
    })
    .map((span) => ({ ...span, score: 0.8 }));
}

/** `https://name:password@host`. */
const CREDENTIALS = /:\/\/[^\s:/@]{1,64}:[^\s/@]{1,128}(?=@)/g;

function inAddresses({ text, from }: Scene): readonly Finding[] {
  return matches(CREDENTIALS, text, from).map(({ start, end }) => ({ start: start + 3, end, score: 0.95 }));
}

interface Range {
  readonly start: number;
  readonly end: number;
}

function matches(pattern: RegExp, text: string, from: number): Range[] {
  const found: Range[] = [];
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** Without the full stop of the sentence. */
function trimmed(text: string, { start, end }: Range): Range {
  let last = end;
  while (last > start && /[.,:;!?*]/.test(text[last - 1] ?? '')) last--;
  return { start, end: last };
}

/** `api_key=VALUE` is one word to the eye and two to us. */
function afterSign(text: string, { start, end }: Range): Range {
  const sign = /^[\p{L}_-]{2,24}[:=]/u.exec(text.slice(start, end))?.[0].length ?? 0;
  return { start: start + sign, end };
}

/** Shannon's entropy, bits a character, over a value that has letters and digits or both cases. */
function isRandom(value: string, least: number): boolean {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits >= least && /\d/.test(value) && /[A-Za-z]/.test(value);
}
