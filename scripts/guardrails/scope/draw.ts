/** Which examples an author would have given: ten of each intent, the same ones every time. */
import { createHash } from 'node:crypto';
import type { Encoded } from './data.ts';

const AN_INTENT = 10;

/** Without favouring the first of the file. */
export function tenOfEach(rows: readonly Encoded[], seed = 1): readonly Encoded[] {
  const place = ({ text }: Encoded) => createHash('sha256').update(`${seed} ${text}`).digest('hex');
  const shuffled = rows
    .map((row) => ({ row, at: place(row) }))
    .sort((one, other) => (one.at < other.at ? -1 : 1))
    .map(({ row }) => row);
  const taken = new Map<string, number>();
  return shuffled.filter(({ label }) => {
    const count = taken.get(label) ?? 0;
    taken.set(label, count + 1);
    return count < AN_INTENT;
  });
}
