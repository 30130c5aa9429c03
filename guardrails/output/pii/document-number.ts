import { type LabelKind, labelBefore } from './label.ts';
import type { Finding, Scene } from './types.ts';

/** Numbers of passports. Every country writes its own, so only the word before it tells. */
export function findPassports(scene: Scene): readonly Finding[] {
  return labelled(scene, 'passport', (value) => {
    const digits = value.replace(/\D/g, '').length;
    return value.length >= 6 && value.length <= 10 && digits >= 4;
  });
}

/** Numbers of driving licences, likewise. */
export function findDriverLicenses(scene: Scene): readonly Finding[] {
  return labelled(scene, 'license', (value) => {
    const digits = value.replace(/\D/g, '').length;
    return value.length >= 5 && value.length <= 20 && digits >= 3 && (digits >= 5 || value.length >= 7);
  });
}

/** One word of letters and digits, or groups of them: `AB 123456`, `D123-4567-8901`. */
const VALUE =
  /(?<![\p{L}\p{N}_@#.-])(?:[A-Z]{1,3} )?[A-Z\d]{1,20}(?:[ -][A-Z\d]{1,8}){0,5}(?![\p{L}\p{N}_@]|[-.:]\p{N})/giu;
const GROUPED_DATE = /^(?:(?:19|20)\d\d[- ]?[01]\d[- ]?[0-3]\d|[0-3]\d[- ]?[01]\d[- ]?(?:19|20)\d\d)$/;

function labelled({ text, from }: Scene, kind: LabelKind, accepts: (value: string) => boolean): readonly Finding[] {
  const findings: Finding[] = [];
  VALUE.lastIndex = from;
  for (let match = VALUE.exec(text); match !== null; match = VALUE.exec(text)) {
    const value = withoutWords(match[0], match.index);
    if (value === undefined || labelBefore(text, value.start)?.kind !== kind) continue;
    if (GROUPED_DATE.test(value.text) || !accepts(value.text.replace(/[ -]/g, ''))) continue;
    findings.push({ start: value.start, end: value.start + value.text.length, score: 0.85 });
  }
  return findings;
}

/** The pattern also takes words at either side; a number's own letters are capitals or stand beside a digit. */
function withoutWords(text: string, start: number): { text: string; start: number } | undefined {
  const parts = text.split(/([ -])/);
  const isPart = (part: string) => /\d/.test(part) || /^[A-Z]{1,3}$/.test(part);
  let first = 0;
  while (first < parts.length && !isPart(parts[first] ?? '')) first += 2;
  let end = first;
  while (end < parts.length && isPart(parts[end] ?? '')) end += 2;
  while (end > first && !/\d/.test(parts[end - 2] ?? '')) end -= 2;
  const value = parts.slice(first, Math.max(first, end - 1)).join('');
  return value === '' ? undefined : { text: value, start: start + parts.slice(0, first).join('').length };
}
