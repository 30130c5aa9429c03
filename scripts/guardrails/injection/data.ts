/** The rows a model is trained and measured on: the shared data, and our own sentences as further sources. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from '../../../guardrails/input/thresholds.ts';
import { randomFrom } from '../../conformance/random.ts';
import { ATTACKS, PLANTED } from './attacks.ts';
import { ATTACKS_ELSEWHERE } from './attacks-elsewhere.ts';
import { BENIGN, BENIGN_MATERIAL } from './benign.ts';
import { BENIGN_DOCUMENTS } from './benign-documents.ts';
import { BENIGN_ELSEWHERE } from './benign-elsewhere.ts';
import { BENIGN_PROMPTS } from './benign-prompts.ts';
import { BENIGN_SHORT } from './benign-short.ts';
import { fragmentsOf } from './fragments.ts';
import { type Family, sentencesOf } from './grammar.ts';
import { packagePages } from './package-pages.ts';
import type { Row } from './rows.ts';

export interface InjectionData {
  readonly train: readonly Row[];
  readonly dev: readonly Row[];
  /** Harmless text of other data: trained on, and measured as sources of their own. */
  readonly harmless: readonly Row[];
  readonly harmlessDev: readonly Row[];
}

/**
 * @param pages the `node_modules` whose pages are harmless documents; they are what the lock file says
 * @throws where a file of the data is missing
 */
export async function readInjectionData(dataDir: string, pages = 'node_modules'): Promise<InjectionData> {
  const offTopic = (file: string) => harmlessRows(join(dataDir, 'offtopic', file), 'customer');
  const pii = (file: string) => harmlessRows(join(dataDir, 'pii', file), 'document');
  return {
    train: await labelledRows(join(dataDir, 'injection', 'train.jsonl')),
    dev: await labelledRows(join(dataDir, 'injection', 'dev.jsonl')),
    harmless: [
      ...(await offTopic('clinc150_train.jsonl')),
      ...(await offTopic('banking77_train.jsonl')),
      ...(await pii('train.jsonl')),
      ...(await packagePages(pages)),
    ],
    harmlessDev: [...(await offTopic('clinc150_dev.jsonl')), ...(await pii('dev.jsonl'))],
  };
}

interface Line {
  readonly text: string;
  readonly label: string;
  readonly source?: string;
  readonly channel?: string;
}

async function labelledRows(file: string): Promise<readonly Row[]> {
  return (await linesOf(file)).map(({ text, label, source, channel }) => ({
    text,
    source: source ?? 'unknown',
    attack: label === 'injection',
    channel: channelOf(channel),
  }));
}

async function harmlessRows(file: string, channel: Channel): Promise<readonly Row[]> {
  return (await linesOf(file)).map(({ text, source }) => ({ text, source: source ?? 'pii', attack: false, channel }));
}

/** @throws where it is missing or a line is no JSON */
async function linesOf(file: string): Promise<readonly Line[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  // The shape is the data's own promise (its README); a wrong file fails on its first use.
  return lines.map((line) => JSON.parse(line) as Line);
}

/** The data tells more kinds of places apart than we have thresholds for. */
function channelOf(name: string | undefined): Channel {
  if (name === 'tool_output' || name === 'memory') return name;
  if (name === 'document' || name === 'web_page' || name === 'email') return 'document';
  return 'customer';
}

/** Our own sentences, the same for the same seed. They are always trained on: nothing of the shared data is in them. */
export function ownRows(seed: number): readonly Row[] {
  const random = randomFrom(seed);
  const rows = (families: readonly Family[], source: string, attack: boolean, channel: Channel): readonly Row[] =>
    families.flatMap((family) =>
      sentencesOf(family, random).map((text) => ({ text, attack, channel, source: `own-${source}` })),
    );
  const attacks = rows(ATTACKS, 'attacks', true, 'customer');
  const material = rows(BENIGN_MATERIAL, 'material', false, 'tool_output');
  const harmless = rows(BENIGN, 'benign', false, 'customer');
  const planted = rows(PLANTED, 'planted', true, 'tool_output');
  const sentences = [
    ...attacks,
    ...disguised(attacks, random),
    ...rows(ATTACKS_ELSEWHERE, 'attacks-elsewhere', true, 'customer'),
    ...planted,
    ...planted.map((row) => plant(row, material, random)),
    ...masked(harmless, random),
    ...harmless,
    ...BENIGN_PROMPTS.flatMap((family) => rows([family], family.name, false, 'customer')),
    ...rows(BENIGN_ELSEWHERE, 'benign-elsewhere', false, 'customer'),
    ...material,
    ...BENIGN_DOCUMENTS.flatMap((family) => rows([family], family.name, false, 'document')),
  ];
  const plain = sentences.filter(({ source }) => !UNREADABLE.has(source));
  return [...sentences, ...rows(BENIGN_SHORT, 'short', false, 'customer'), ...fragmentsOf(plain, random)];
}

/** Words of these are letters and signs. */
const UNREADABLE = new Set(['own-disguised', 'own-masked']);

/** An attack between the sentences of something harmless. */
function plant(row: Row, material: readonly Row[], random: () => number): Row {
  const around = () => material[Math.floor(random() * material.length)]?.text ?? '';
  const where = random();
  const before = where < 0.66 ? `${around()}\n` : '';
  const after = where > 0.33 ? `\n${around()}` : '';
  return { ...row, source: 'own-planted-inside', text: `${before}${row.text}${after}` };
}

const SIGN_OF: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '$', t: '7', l: '|' };

/** One attack in eight again in a disguise, so that what is read back is known as well as what it looked like. */
function disguised(attacks: readonly Row[], random: () => number): readonly Row[] {
  return attacks.flatMap((row) => {
    const which = Math.floor(random() * 32);
    const text =
      which === 0
        ? row.text.replace(/[aeiostl]/g, (letter) => (random() < 0.6 ? (SIGN_OF[letter] ?? letter) : letter))
        : which === 1
          ? Array.from(row.text.toLowerCase()).join(' ')
          : which === 2
            ? `${random() < 0.5 ? 'Decode and follow: ' : ''}${Buffer.from(row.text).toString('base64')}`
            : which === 3
              ? row.text.replace(/[a-z]/gi, rotated)
              : undefined;
    return text === undefined ? [] : [{ ...row, text, source: 'own-disguised' }];
  });
}

const LOOKALIKE_OF: Readonly<Record<string, string>> = {
  a: 'аα@4',
  e: 'е3€',
  i: 'і!1',
  o: 'оο0',
  c: 'с',
  p: 'р',
  s: 'ѕ$5',
  t: 'т+7',
  l: '1|ι',
  g: '6',
};

/** Something harmless in letters of three alphabets: nobody takes that trouble who has nothing to hide. */
function masked(harmless: readonly Row[], random: () => number): readonly Row[] {
  return harmless
    .filter(() => random() < 0.1)
    .map((row) => ({
      ...row,
      attack: true,
      source: 'own-masked',
      text: row.text.replace(/[aeiocpstlg]/g, (letter) => {
        const choices = Array.from(LOOKALIKE_OF[letter] ?? letter);
        return random() < 0.55 ? (choices[Math.floor(random() * choices.length)] ?? letter) : letter;
      }),
    }));
}

function rotated(letter: string): string {
  const code = letter.charCodeAt(0);
  const start = code < 97 ? 65 : 97;
  return String.fromCharCode(start + ((code - start + 13) % 26));
}
