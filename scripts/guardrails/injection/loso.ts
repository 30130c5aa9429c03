/** Leave one source out: each row is scored by a model that saw nothing of where the row comes from. */
import { margin } from '../../../guardrails/input/ngram.ts';
import type { Weights } from '../../../guardrails/input/weights.ts';
import { type Example, exampleOf } from './examples.ts';
import type { Row } from './rows.ts';
import { type Settings, trainWeights } from './train.ts';

export interface Scored {
  readonly row: Row;
  readonly dev: boolean;
  /** Of the linear model alone. */
  readonly margin: number;
  readonly ruled: boolean;
}

export interface Prepared {
  readonly train: readonly Example[];
  readonly dev: readonly Example[];
  readonly own: readonly Example[];
}

export function prepare(train: readonly Row[], dev: readonly Row[], own: readonly Row[]): Prepared {
  return { train: train.map(exampleOf), dev: dev.map(exampleOf), own: own.map(exampleOf) };
}

/** Collections that one project gathered are left out together. */
function groupOf(source: string): string {
  return source.startsWith('garak') ? 'garak' : source;
}

export function leaveOneOut({ train, dev, own }: Prepared, settings: Settings): readonly Scored[] {
  const groups = [...new Set([...train, ...dev].map(({ row }) => groupOf(row.source)))].sort();
  return groups.flatMap((group) => {
    const isOut = ({ row }: Example) => groupOf(row.source) === group;
    const weights = trainWeights([...train.filter((example) => !isOut(example)), ...own], settings);
    const scored = (examples: readonly Example[], dev: boolean) =>
      examples
        .filter(isOut)
        .map((example) => ({ row: example.row, dev, margin: highest(example, weights), ruled: example.ruled }));
    return [...scored(train, false), ...scored(dev, true)];
  });
}

function highest(example: Example, weights: Weights): number {
  return Math.max(...example.windows.map((features) => margin(features, weights)));
}
