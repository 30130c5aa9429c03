import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPii } from '../../guardrails/output/pii/find.ts';
import { screenPii } from '../../guardrails/output/pii/screen.ts';
import type { PiiType } from '../../guardrails/output/pii/types.ts';

/** How well one type is found: a value counts as found where both ends are right. */
export interface PiiFigures {
  readonly type: string;
  readonly labelled: number;
  readonly found: number;
  readonly right: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Sentences without a personal value that a pattern could find, and how many of them the default policy changes. */
export interface CleanFigures {
  readonly source: string;
  readonly sentences: number;
  readonly altered: number;
  readonly share: number;
}

export interface PiiReport {
  readonly split: string;
  readonly types: readonly PiiFigures[];
  readonly overall: PiiFigures;
  readonly clean: readonly CleanFigures[];
  /** Milliseconds for one reply of 2 kB. */
  readonly ms: { readonly p50: number; readonly p99: number };
}

interface Labelled {
  readonly text: string;
  readonly spans: readonly { readonly start: number; readonly end: number; readonly type: string }[];
}

/** The data's name of each type that it labels. */
const LABEL_OF: Readonly<Partial<Record<PiiType, string>>> = {
  iban_code: 'IBAN_CODE',
  credit_card: 'CREDIT_CARD',
  email_address: 'EMAIL_ADDRESS',
  us_ssn: 'US_SSN',
  driver_license: 'US_DRIVER_LICENSE',
  phone_number: 'PHONE_NUMBER',
  ip_address: 'IP_ADDRESS',
  url: 'DOMAIN_NAME',
};

/**
 * Measures the PII screen on the labelled sentences of `<dataDir>/pii`. The clean sentences are those of them that hold no
 * value a pattern could find, and what customers say in `<dataDir>/offtopic`.
 *
 * @throws where a file of the folder is missing
 */
export async function reportPii(dataDir: string, split: 'train' | 'dev' = 'dev'): Promise<PiiReport> {
  const rows = await rowsOf<Labelled>(join(dataDir, 'pii', `${split}.jsonl`));
  const asked = await rowsOf<{ text: string }>(join(dataDir, 'offtopic', 'clinc150_dev.jsonl'));
  const types = Object.entries(LABEL_OF).flatMap(([type, label]) => figuresOf(rows, type, label) ?? []);
  const patterns = new Set<string>(Object.values(LABEL_OF));
  const clean = rows.filter(({ spans }) => !spans.some(({ type }) => patterns.has(type) || type === 'DATE_TIME'));
  return {
    split,
    types,
    overall: counted('all', ...sums(types)),
    clean: [alteredOf('pii', clean), alteredOf('clinc150', asked)],
    ms: timed(rows),
  };
}

async function rowsOf<Row>(path: string): Promise<Row[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line): Row => JSON.parse(line));
}

function figuresOf(rows: readonly Labelled[], type: string, label: string): PiiFigures | undefined {
  let [labelled, found, right] = [0, 0, 0];
  for (const { text, spans } of rows) {
    const wanted = new Set(spans.filter((span) => span.type === label).map(({ start, end }) => `${start}-${end}`));
    const seen = findPii(text).filter((span) => span.type === type);
    labelled += wanted.size;
    found += seen.length;
    right += seen.filter(({ start, end }) => wanted.has(`${start}-${end}`)).length;
  }
  return labelled + found === 0 ? undefined : counted(label, labelled, found, right);
}

function counted(type: string, labelled: number, found: number, right: number): PiiFigures {
  const [precision, recall] = [found === 0 ? 1 : right / found, labelled === 0 ? 1 : right / labelled];
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
  return { type, labelled, found, right, precision, recall, f1 };
}

function sums(figures: readonly PiiFigures[]): [number, number, number] {
  const sum = (of: (figure: PiiFigures) => number) => figures.reduce((total, figure) => total + of(figure), 0);
  return [sum((figure) => figure.labelled), sum((figure) => figure.found), sum((figure) => figure.right)];
}

function alteredOf(source: string, sentences: readonly { text: string }[]): CleanFigures {
  const altered = sentences.filter(({ text }) => screenPii(text).text !== text).length;
  return { source, sentences: sentences.length, altered, share: altered / Math.max(1, sentences.length) };
}

const REPLY_LENGTH = 2_000;
/** Rounds that are not counted: a worker has screened many replies before most of its replies. */
const WARM_UP = 300;

/** Replies of 2 kB, made of the sentences one after the other: more values than any real reply has. */
function timed(rows: readonly Labelled[]): { p50: number; p99: number } {
  const all = rows.map(({ text }) => text).join('\n');
  const times: number[] = [];
  for (let round = 0; times.length < WARM_UP + 1_000; round++) {
    const start = (round * 1_237) % Math.max(1, all.length - REPLY_LENGTH);
    const reply = all.slice(start, start + REPLY_LENGTH);
    const began = performance.now();
    screenPii(reply);
    times.push(performance.now() - began);
  }
  const sorted = times.slice(WARM_UP).sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The figures as lines of a table. */
export function printedPii(report: PiiReport): string {
  const line = (figure: PiiFigures) =>
    `${figure.type.padEnd(18)}${String(figure.labelled).padStart(5)}${[figure.precision, figure.recall, figure.f1]
      .map((value) => value.toFixed(3).padStart(8))
      .join('')}`;
  return [
    `PII, ${report.split}: type, labelled, precision, recall, F1 (both ends right)`,
    ...[...report.types, report.overall].map(line),
    ...report.clean.map(
      ({ source, sentences, altered, share }) =>
        `clean sentences altered, ${source}: ${altered} of ${sentences} (${(100 * share).toFixed(2)} %)`,
    ),
    `a reply of 2 kB: p50 ${report.ms.p50.toFixed(2)} ms, p99 ${report.ms.p99.toFixed(2)} ms`,
  ].join('\n');
}
