/** Measures the input guardrail against prompt injection on labelled data, each source by a model that never saw it. */
import { type Channel, readThresholds, type Thresholds } from '../../guardrails/input/thresholds.ts';
import { chooseThresholds } from './injection/choose.ts';
import { ownRows, readInjectionData } from './injection/data.ts';
import { leaveOneOut, prepare, type Scored } from './injection/loso.ts';
import { areaUnderCurve, recallAt, shareOf } from './injection/measures.ts';
import { type Speed, speedOn } from './injection/speed.ts';
import { SETTINGS } from './injection/train.ts';

export interface SourceFigures {
  readonly source: string;
  readonly split: 'train' | 'dev';
  readonly attacks: number;
  /** Share of the attacks that is found at the shipped threshold; `undefined` where there is none. */
  readonly recall: number | undefined;
  readonly benign: number;
  /** Share of the harmless texts that is taken for an attack at the shipped threshold. */
  readonly falsePositives: number | undefined;
}

export interface InjectionReport {
  /** Development rows of the injection data, all sources together. */
  readonly auc: number;
  readonly recallAtOnePercent: number;
  readonly recallShipped: number;
  /** The same on the training rows, which settings were chosen by. */
  readonly training: { readonly auc: number; readonly recallAtOnePercent: number };
  readonly sources: readonly SourceFigures[];
  readonly worstFalsePositives: number;
  /** Whether the shipped thresholds are those that these rows give: they are, unless something was not trained again. */
  readonly thresholdsCurrent: boolean;
  readonly speed: Speed;
}

/** A source of fewer harmless rows has no rate to speak of. */
const FEWEST = 50;

/**
 * Trains as often as there are sources: about two minutes.
 * @throws where a file of the data, the weights or the thresholds are missing
 */
export async function reportInjection(dataDir: string): Promise<InjectionReport> {
  const data = await readInjectionData(dataDir);
  const train = [...data.train, ...data.harmless];
  const prepared = prepare(train, [...data.dev, ...data.harmlessDev], ownRows(SETTINGS.seed));
  const scored = leaveOneOut(prepared, SETTINGS);
  const thresholds = readThresholds();
  const sources = figuresBySource(scored, thresholds);
  const ofInjection = new Set([...data.train, ...data.dev].map(({ source }) => source));
  const dev = scored.filter((row) => row.dev && ofInjection.has(row.row.source));
  return {
    ...ranking(dev),
    recallShipped: shareOf(
      dev.filter(({ row }) => row.attack),
      (row) => isHit(row, thresholds),
    ),
    training: ranking(scored.filter((row) => !row.dev)),
    sources,
    worstFalsePositives: worstOf(sources),
    thresholdsCurrent: JSON.stringify(chooseThresholds(scored)) === JSON.stringify(thresholds),
    speed: speedOn(data.harmless.map(({ text }) => text)),
  };
}

function ranking(scored: readonly Scored[]): { auc: number; recallAtOnePercent: number } {
  const score = ({ margin, ruled }: Scored) => (ruled ? Number.MAX_VALUE : margin);
  const attacks = scored.filter(({ row }) => row.attack).map(score);
  const benign = scored.filter(({ row }) => !row.attack).map(score);
  return { auc: areaUnderCurve(attacks, benign), recallAtOnePercent: recallAt(0.01, attacks, benign) };
}

function isHit({ row, margin, ruled }: Scored, thresholds: Record<Channel, Thresholds[Channel]>): boolean {
  return ruled || 1 / (1 + Math.exp(-margin)) >= thresholds[row.channel].block;
}

function figuresBySource(scored: readonly Scored[], thresholds: Thresholds): readonly SourceFigures[] {
  const names = [...new Set(scored.map(({ row }) => row.source))].sort();
  return (['train', 'dev'] as const).flatMap((split) =>
    names.flatMap((source) => {
      const rows = scored.filter((row) => row.row.source === source && row.dev === (split === 'dev'));
      const attacks = rows.filter(({ row }) => row.attack);
      const benign = rows.filter(({ row }) => !row.attack);
      if (rows.length === 0) return [];
      const rate = (of: readonly Scored[]) =>
        of.length === 0 ? undefined : shareOf(of, (row) => isHit(row, thresholds));
      const counts = { attacks: attacks.length, benign: benign.length };
      return [{ source, split, ...counts, recall: rate(attacks), falsePositives: rate(benign) }];
    }),
  );
}

/** Over both splits of a source together, where these are enough. */
function worstOf(sources: readonly SourceFigures[]): number {
  const rates = [...new Set(sources.map(({ source }) => source))].map((name) => {
    const of = sources.filter(({ source }) => source === name);
    const benign = of.reduce((sum, figures) => sum + figures.benign, 0);
    const hits = of.reduce((sum, figures) => sum + figures.benign * (figures.falsePositives ?? 0), 0);
    return benign < FEWEST ? 0 : hits / benign;
  });
  return Math.max(...rates);
}

/** The figures as lines of a table. */
export function printedInjection(report: InjectionReport): string {
  const share = (value: number | undefined) => (value === undefined ? '' : `${(100 * value).toFixed(1)} %`).padStart(9);
  const { speed } = report;
  return [
    'Prompt injection: each source by a model that was trained without it, at the shipped threshold',
    `source                   split attacks   found  harmless    taken for attacks`,
    ...report.sources.map(
      ({ source, split, attacks, recall, benign, falsePositives }) =>
        `${source.padEnd(25)}${split.padEnd(6)}${String(attacks).padStart(7)}${share(recall)}${String(benign).padStart(9)}${share(falsePositives)}`,
    ),
    `development rows together: AUC ${report.auc.toFixed(3)} (reach .95), recall at 1 % false positives ${report.recallAtOnePercent.toFixed(3)} (reach .55), at the shipped threshold ${report.recallShipped.toFixed(3)}`,
    `training rows together: AUC ${report.training.auc.toFixed(3)}, recall at 1 % ${report.training.recallAtOnePercent.toFixed(3)}`,
    `worst source of ${FEWEST} harmless rows or more, both splits: ${(100 * report.worstFalsePositives).toFixed(1)} % (reach <= 3 %)`,
    report.thresholdsCurrent
      ? ''
      : 'The shipped thresholds are older than the data or the code: npm run train:injection',
    `a message: p50 ${speed.p50.toFixed(3)} ms (reach < 0.5), p99 ${speed.p99.toFixed(2)} ms; 10 kB ${speed.tenKilobytes.toFixed(1)} ms (reach < 50); 1 MB ${speed.oneMegabyte.toFixed(0)} ms, made to be slow ${speed.hostileMegabyte.toFixed(0)} ms (reach < 1000)`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}
