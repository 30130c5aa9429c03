/** What in a text leads somewhere: links, e-mail addresses, account numbers. Found in linear time. */
import { normalised } from './containment.ts';
import { groupedNumbersIn } from './grouped-numbers.ts';

const BETWEEN = /[\s"'`<>()[\]{}|,;!?]+/;
const DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/;

export function referencesIn(text: string): readonly string[] {
  const plain = normalised(text);
  const words = plain
    .split(BETWEEN)
    .map((word) => word.replace(/[.:]$/, ''))
    .filter((word) => word.includes('://') || isAddress(word) || isAccount(word));
  return [...words, ...groupedNumbersIn(plain)];
}

function isAddress(word: string): boolean {
  const host = word.slice(word.indexOf('@') + 1).split(/[/:?#]/, 1)[0] ?? '';
  return host.length <= 253 && DOMAIN.test(host);
}

/** Eight letters and digits or more, four of them digits, and no date. */
function isAccount(word: string): boolean {
  if (!/^[a-z0-9-]{8,64}$/.test(word) || /^\d{4}-\d{2}-\d{2}$/.test(word)) return false;
  return word.replace(/[^0-9]/g, '').length >= 4;
}
