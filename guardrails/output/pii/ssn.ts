import { isReference, labelBefore } from './label.ts';
import type { Finding, Scene } from './types.ts';

/** US social security numbers and taxpayer numbers; nine digits in a row only where the text says what they are. */
export function findSsns({ text, from }: Scene): readonly Finding[] {
  const findings: Finding[] = [];
  NUMBER.lastIndex = from;
  for (let match = NUMBER.exec(text); match !== null; match = NUMBER.exec(text)) {
    const [whole, area = '', separator = '', group = '', serial = ''] = match;
    const named = labelBefore(text, match.index)?.kind === 'ssn';
    const written = separator !== '' && !isReference(text, match.index) && (separator === '-' || named);
    if (!isIssued(area, group, serial) || !(named || written)) continue;
    findings.push({ start: match.index, end: match.index + whole.length, score: named ? 1 : 0.8 });
  }
  return findings;
}

const NUMBER = /(?<![\p{L}\p{N}]|[\p{L}\p{N}][-./])(\d{3})([- .]?)(\d{2})\2(\d{4})(?![\p{L}\p{N}]|[-./]\d)/gu;

/** Areas 000 and 666 were never issued; from 900 they are taxpayer numbers, whose group is 50 or more. */
function isIssued(area: string, group: string, serial: string): boolean {
  if (area === '000' || area === '666' || group === '00' || serial === '0000') return false;
  return area < '900' || group >= '50';
}
