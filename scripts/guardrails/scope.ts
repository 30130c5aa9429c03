/** Measures the scope guardrail: on the whole of a data set, and from ten examples an intent, with domains held out. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedder } from '../../guardrails/embedding/embedder.ts';
import { readBackground } from '../../guardrails/input/scope/background.ts';
import { isDialogueAct } from '../../guardrails/input/scope/dialogue-acts.ts';
import { type Scope, scopeOf } from '../../guardrails/input/scope/scope.ts';
import { findEmbeddingModel } from '../../services/fetch.ts';
import { areaUnderCurve } from './injection/measures.ts';
import { backgroundOf, type Encoded, OFF_TOPIC, readTopics } from './scope/data.ts';
import { tenOfEach } from './scope/draw.ts';

export interface ScopeFigures {
  readonly name: string;
  /** How well off topic is told from in scope. */
  readonly auroc: number;
  /** Share of the texts in scope that score as high as 95 of 100 of those off topic do. */
  readonly falsePositives: number;
  /** Share of the texts off topic that pass where 95 of 100 of those in scope do. */
  readonly offTopicPassed: number;
  /** The two shares that the shipped threshold blocks. */
  readonly blocked: { readonly inScope: number; readonly offTopic: number };
}

export interface ScopeReport {
  readonly figures: readonly ScopeFigures[];
  /** Milliseconds a text, encoding included. */
  readonly ms: { readonly p50: number; readonly p99: number };
}

/**
 * About two minutes: more than 28,000 sentences are encoded.
 * @throws where a file of the data or the background is missing, or the encoder cannot be had
 */
export async function reportScope(dataDir: string): Promise<ScopeReport> {
  const embedder = await openEmbedder(await findEmbeddingModel({ env: process.env, onProgress: console.error }));
  const times: number[] = [];
  const encoded = async (name: string): Promise<readonly Encoded[]> => {
    const rows: Encoded[] = [];
    for (const topic of await readTopics(dataDir, name)) {
      const began = performance.now();
      const [vector = new Float32Array()] = await embedder.embed([topic.text]);
      times.push(performance.now() - began);
      rows.push({ ...topic, vector });
    }
    return rows;
  };
  const [train, dev, banking] = [
    await encoded('clinc150_train'),
    await encoded('clinc150_dev'),
    await encoded('banking77_train'),
  ];
  await embedder.close();
  const known = train.filter(({ label }) => label !== OFF_TOPIC);
  const inScope = dev.filter(({ label }) => label !== OFF_TOPIC);
  const loose = dev.filter(({ label }) => label === OFF_TOPIC);
  const shipped = readBackground();
  const figures = [
    figuresOf('CLINC150, all intents known', scopeOf(known, shipped), inScope, loose),
    figuresOf('the same, background of banking77 alone', scopeOf(known, backgroundOf(banking)), inScope, loose),
  ];
  for (const [name, domains] of Object.entries(await scopesIn(dataDir))) {
    const isIn = ({ domain }: Encoded) => domains.includes(domain);
    const examples = tenOfEach(train.filter(isIn));
    const [wanted, off] = [dev.filter(isIn), dev.filter((row) => !isIn(row))];
    figures.push(figuresOf(`${name}, 10 an intent`, scopeOf(examples, shipped), wanted, off));
    const others = [...new Set(known.map(({ domain }) => domain))].filter((domain) => !domains.includes(domain)).sort();
    for (const part of [0, 1]) {
      const seen = others.filter((_, at) => at % 2 === part);
      const background = backgroundOf([...known.filter(({ domain }) => seen.includes(domain)), ...banking]);
      const unseen = off.filter(({ domain }) => !seen.includes(domain));
      figures.push(
        figuresOf(`${name}, domains ${part + 1} of 2 held out`, scopeOf(examples, background), wanted, unseen),
      );
    }
    figures.push(
      figuresOf(`${name}, background of banking77 alone`, scopeOf(examples, backgroundOf(banking)), wanted, off),
    );
  }
  const sorted = times.sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { figures, ms: { p50: at(0.5), p99: at(0.99) } };
}

async function scopesIn(dataDir: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const file: { scopes: Record<string, string[]> } = JSON.parse(
    await readFile(join(dataDir, 'offtopic', 'scopes_dev.json'), 'utf8'),
  );
  return file.scopes;
}

function figuresOf(name: string, scope: Scope, wanted: readonly Encoded[], off: readonly Encoded[]): ScopeFigures {
  const score = ({ text, vector }: Encoded) => (isDialogueAct(text) ? 0 : scope.scoreOf(vector));
  const [inside, outside] = [wanted.map(score), off.map(score)];
  const quantile = (scores: readonly number[], share: number) =>
    scores.toSorted((one, other) => one - other)[Math.floor(share * (scores.length - 1))] ?? 0;
  const share = (scores: readonly number[], from: number) =>
    scores.filter((one) => one >= from).length / Math.max(1, scores.length);
  return {
    name,
    auroc: areaUnderCurve(outside, inside),
    falsePositives: share(inside, quantile(outside, 0.05)),
    offTopicPassed: 1 - share(outside, quantile(inside, 0.95)),
    blocked: { inScope: share(inside, scope.threshold), offTopic: share(outside, scope.threshold) },
  };
}

/** The figures as lines of a table. */
export function printedScope({ figures, ms }: ScopeReport): string {
  const share = (value: number) => `${(100 * value).toFixed(1)} %`.padStart(9);
  return [
    'Off topic: AUROC (reach .98), FPR at 95 % recall (reach 9 %), off topic passed at 95 % in scope; shipped threshold: in scope blocked, off topic blocked',
    ...figures.map(
      ({ name, auroc, falsePositives, offTopicPassed, blocked }) =>
        `${name.padEnd(44)}${auroc.toFixed(4).padStart(8)}${[falsePositives, offTopicPassed, blocked.inScope, blocked.offTopic].map(share).join('')}`,
    ),
    `a text: p50 ${ms.p50.toFixed(2)} ms, p99 ${ms.p99.toFixed(2)} ms (reach < 40)`,
  ].join('\n');
}
