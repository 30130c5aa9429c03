/** Labelled questions, and the background made of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { centre, dot } from '../../../guardrails/embedding/pooling.ts';

export interface Topic {
  readonly text: string;
  readonly label: string;
  readonly domain: string;
}

export interface Encoded extends Topic {
  readonly vector: Float32Array;
}

/** The data's label of a question that belongs to no intent. */
export const OFF_TOPIC = 'oos';

/** @throws where the file is missing */
export async function readTopics(dataDir: string, name: string): Promise<readonly Topic[]> {
  const lines = (await readFile(join(dataDir, 'offtopic', `${name}.jsonl`), 'utf8')).split('\n');
  return lines.filter((line) => line !== '').map((line): Topic => JSON.parse(line));
}

/** Questions that belong to no intent are many small things: grouped, so that no direction is a single sentence. */
const GROUPS = 60;
const ROUNDS = 10;

export function backgroundOf(rows: readonly Encoded[]): readonly Float32Array[] {
  const byLabel = new Map<string, Float32Array[]>();
  for (const { label, vector } of rows) byLabel.set(label, [...(byLabel.get(label) ?? []), vector]);
  const loose = byLabel.get(OFF_TOPIC) ?? [];
  byLabel.delete(OFF_TOPIC);
  return [...[...byLabel.values()].map(centre), ...grouped(loose)];
}

/** k-means on the sphere, from the first rows on. */
function grouped(vectors: readonly Float32Array[]): readonly Float32Array[] {
  let centres = vectors.slice(0, GROUPS);
  for (let round = 0; round < ROUNDS; round++) {
    const members: Float32Array[][] = centres.map(() => []);
    for (const vector of vectors) {
      const cosines = centres.map((one) => dot(one, vector));
      members[cosines.indexOf(Math.max(...cosines))]?.push(vector);
    }
    centres = members.filter((of) => of.length > 0).map(centre);
  }
  return centres;
}
