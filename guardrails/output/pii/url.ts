import type { Finding, Scene } from './types.ts';

/** Web addresses. They say who somebody is only now and then, so an agent's default lets them pass. */
export function findUrls({ text, from }: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  ADDRESS.lastIndex = from;
  for (let match = ADDRESS.exec(text); match !== null; match = ADDRESS.exec(text)) {
    const address = match[0].replace(/[.,;:!?'")\]}>*]{1,8}$/, '');
    findings.push({ start: match.index, end: match.index + address.length, score: 0.9 });
  }
  return findings;
}

const ADDRESS = /(?<![\p{L}\p{N}])(?:https?:\/\/|www\.)[\p{L}\p{N}][^\s<>"'|\\^`{}]{1,400}/giu;
