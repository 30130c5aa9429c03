/** Text that hides in an encoding: found by its shape, kept only where what comes out reads like text. */

export type Encoding = 'base64' | 'hex' | 'url' | 'escapes' | 'tags';

export interface Decoded {
  readonly encoding: Encoding;
  readonly text: string;
}

/** Parts that are decoded at most, and characters of one: an attacker gains nothing from more, we would lose time. */
const MAX_PARTS = 6;
const MAX_PART = 4_000;
/** Only so much of a text is searched for encoded parts of one kind; 2 MB of base64 is an attachment. */
const MAX_CANDIDATES = 64;

const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const HEX = /(?:0x)?[0-9a-f]{16,}|[0-9a-f]{2}(?:[ :][0-9a-f]{2}){7,}/gi;
const URL_ESCAPE = /%[0-9a-f]{2}/gi;
const ESCAPE = /\\u\{?([0-9a-f]{2,6})\}?|\\x([0-9a-f]{2})|&#x([0-9a-f]{2,6});|&#([0-9]{2,7});/gi;
/** The flags of England, Scotland and Wales are a black flag and the country's name in tags. */
const FLAG = /\u{1f3f4}[\u{e0020}-\u{e007e}]{1,8}\u{e007f}/gu;
const TAGS = /[\u{e0020}-\u{e007e}]/gu;

/** @returns the decoded parts of a text, each at most 4,000 characters, at most six */
export function decodedParts(text: string): readonly Decoded[] {
  const parts: Decoded[] = [];
  const keep = (encoding: Encoding, decoded: string | undefined): void => {
    if (decoded === undefined || parts.length >= MAX_PARTS) return;
    parts.push({ encoding, text: decoded.slice(0, MAX_PART) });
  };
  keep('tags', fromTags(text));
  for (const part of candidates(text, BASE64)) keep('base64', fromBase64(part));
  for (const part of candidates(text, HEX)) keep('hex', fromHex(part));
  keep('url', fromUrl(text));
  keep('escapes', fromEscapes(text));
  return parts;
}

function candidates(text: string, shape: RegExp): readonly string[] {
  const found: string[] = [];
  for (const match of text.matchAll(shape)) {
    found.push(match[0]);
    if (found.length === MAX_CANDIDATES) break;
  }
  return found;
}

function fromBase64(part: string): string | undefined {
  // A word of small letters, a path or a name in capitals is no base64.
  if (!/[a-z]/.test(part) || !/[A-Z]/.test(part) || part.length % 4 === 1) return undefined;
  const standard = part
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .slice(0, MAX_PART * 2);
  return readable(Buffer.from(standard, 'base64').toString('utf8'));
}

function fromHex(part: string): string | undefined {
  const digits = part.replace(/^0x/i, '').replaceAll(/[ :]/g, '');
  if (digits.length % 2 === 1) return undefined;
  return readable(Buffer.from(digits.slice(0, MAX_PART * 2), 'hex').toString('utf8'));
}

function fromUrl(text: string): string | undefined {
  if (!text.includes('%') || (text.match(URL_ESCAPE)?.length ?? 0) < 3) return undefined;
  const plain = text
    .slice(0, MAX_PART * 3)
    .replace(URL_ESCAPE, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
  return readable(plain.replaceAll('+', ' '));
}

function fromEscapes(text: string): string | undefined {
  if (!text.includes('\\') && !text.includes('&#')) return undefined;
  let count = 0;
  const plain = text.slice(0, MAX_PART * 3).replace(ESCAPE, (escape, ...digits: readonly (string | undefined)[]) => {
    const [unicode, byte, entity, decimal] = digits;
    const hex = unicode ?? byte ?? entity;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (!(point > 31 && point <= 0x10ffff)) return escape;
    count++;
    return String.fromCodePoint(point);
  });
  return count < 3 ? undefined : plain;
}

/** Invisible copies of ASCII that some models read: only ever there to be hidden. */
function fromTags(text: string): string | undefined {
  if (!text.includes('\u{db40}')) return undefined;
  const hidden = text.replace(FLAG, '').match(TAGS);
  if (hidden === null || hidden.length < 4) return undefined;
  return hidden.map((tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000)).join('');
}

/** Bytes that were no text come out as replacement characters, controls and a salad of signs. */
function readable(text: string): string | undefined {
  if (text.length < 8) return undefined;
  const sample = text.slice(0, 400);
  const letters = sample.match(/[\p{L} ]/gu)?.length ?? 0;
  if (sample.includes('\ufffd') || letters < sample.length * 0.75) return undefined;
  return /\p{L}{3}/u.test(sample) ? text : undefined;
}
