import { isIPv4, isIPv6 } from 'node:net';
import { labelBefore } from './label.ts';
import type { Finding, Scene } from './types.ts';

/** IP addresses of both kinds, except those that are nobody's: this machine, everybody, public resolvers. */
export function findIps({ text, from }: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [pattern, accepts] of [
    [V4, isSomebodysV4],
    [V6, isSomebodysV6],
  ] as const) {
    pattern.lastIndex = from;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const kind = labelBefore(text, match.index)?.kind;
      if (!accepts(match[0], kind === 'ip') || kind === 'version' || kind === 'reference') continue;
      findings.push({ start: match.index, end: match.index + match[0].length, score: kind === 'ip' ? 1 : 0.85 });
    }
  }
  return findings;
}

const V4 = /(?<![\p{L}\p{N}_]|[\p{N}][.,])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\p{L}\p{N}_]|\.\d)/gu;
const V6 = /(?<![\p{L}\p{N}_:.])[\da-f:]{3,39}(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})?(?![\p{L}\p{N}_:]|\.\d)/giu;

const NOBODYS = new Set(['0.0.0.0', '127.0.0.1', '255.255.255.255', '1.1.1.1', '8.8.8.8', '8.8.4.4', '9.9.9.9']);

/** Four small numbers are a version or a section unless the text says otherwise. */
function isSomebodysV4(text: string, named: boolean): boolean {
  if (!isIPv4(text) || NOBODYS.has(text)) return false;
  return named || text.split('.').some((octet) => octet.length > 1);
}

/** `a::b` is code and `::1` this machine: an address shows a group of three characters and a digit. */
function isSomebodysV6(text: string): boolean {
  return /:.*:/.test(text) && isIPv6(text) && /\d/.test(text) && /[\da-f]{3}/i.test(text) && !/^[0:]+1?$/.test(text);
}
