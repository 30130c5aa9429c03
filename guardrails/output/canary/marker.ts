/** The marker of an agent's instructions, in the disguises a model can be talked into. */
import { unmask } from '../../input/confusables.ts';
import { plainOf } from '../pii/fold.ts';

export interface MarkerScan {
  /** Reads on. @returns where the marker was, in offsets of all that was pushed */
  readonly push: (text: string) => readonly { readonly start: number; readonly end: number; readonly as: string }[];
  /** Where what may become the marker begins; undefined where nothing does. */
  readonly pending: () => number | undefined;
}

/** So many signs of the marker in a row are no chance. */
const FEWEST_PENDING = 6;

/** Finds the marker whatever stands between its letters, across segments. Time is linear in the text. */
export function startMarkerScan(marker: string): MarkerScan {
  const needles = disguises(marker).map(([as, text]) => ({ as, text, fallback: fallbacks(text), matched: 0 }));
  const longest = Math.max(...needles.map(({ text }) => text.length));
  /** Offsets of the last signs that were read, for as many as a needle is long. */
  const offsets: number[] = [];
  let read = 0;
  let position = 0;
  const offsetOf = (sign: number) => offsets[sign % longest] ?? 0;

  return {
    push(text) {
      const found: { start: number; end: number; as: string }[] = [];
      for (const character of text) {
        for (const sign of signsOf(character)) {
          offsets[read % longest] = position;
          for (const needle of needles) {
            needle.matched = step(needle.text, needle.fallback, needle.matched, sign);
            if (needle.matched < needle.text.length) continue;
            needle.matched = 0;
            const start = offsetOf(read - needle.text.length + 1);
            found.push({ start, end: position + character.length, as: needle.as });
          }
          read++;
        }
        position += character.length;
      }
      return found;
    },
    pending() {
      const matched = Math.max(...needles.map((needle) => needle.matched));
      return matched < FEWEST_PENDING ? undefined : offsetOf(read - matched);
    },
  };
}

/** Only letters and digits are read, in lower case. */
function signsOf(character: string): string {
  if (/[a-z0-9]/.test(character)) return character;
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return /[A-Z]/.test(character) ? character.toLowerCase() : '';
  const plain = plainOf(character).normalize('NFKD').toLowerCase();
  return plain === ''
    ? ''
    : unmask(`abc abc abc ${plain}`)
        .text.slice(12)
        .replace(/[^a-z0-9]/g, '');
}

function disguises(marker: string): readonly (readonly [string, string])[] {
  const plain = squeezed(marker);
  const bytes = Buffer.from(marker);
  const encoded = [0, 1, 2].map((shift) => {
    const base64 = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last signs also hold bits of what stands beside the marker.
    return [
      'in base64',
      squeezed(base64.slice(shift === 0 ? 0 : shift + 1, (bytes.length + shift) % 3 === 0 ? undefined : -1)),
    ] as const;
  });
  return [
    ['as it is', plain],
    ['reversed', Array.from(plain).reverse().join('')],
    ['in rot13', plain.replace(/[a-z]/g, (letter) => String.fromCharCode(97 + ((letter.charCodeAt(0) - 84) % 26)))],
    ['in hex', squeezed(bytes.toString('hex'))],
    ...encoded,
  ];
}

function squeezed(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Knuth, Morris and Pratt (1977): how much of the needle still stands when its next sign does not come. */
function fallbacks(needle: string): readonly number[] {
  const table = [0];
  for (let index = 1, matched = 0; index < needle.length; index++) {
    matched = step(needle, table, matched, needle[index] ?? '');
    table.push(matched);
  }
  return table;
}

function step(needle: string, fallback: readonly number[], from: number, sign: string): number {
  let matched = from;
  while (matched > 0 && needle[matched] !== sign) matched = fallback[matched - 1] ?? 0;
  return needle[matched] === sign ? matched + 1 : matched;
}
