/** Reads the whole library: one file a family. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Family, readFamily } from './case.ts';

/** @throws Error naming the file and line of what cannot be read */
export function readLibrary(folder: string, only?: string): readonly Family[] {
  const families = readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .toSorted()
    .map((file) => readFamily(file, readFileSync(join(folder, file), 'utf8')));
  const chosen = only === undefined ? families : families.filter(({ name }) => name === only);
  if (chosen.length > 0) return chosen;
  throw new Error(
    `There is no family "${only ?? ''}" in ${folder}. There are: ${families.map(({ name }) => name).join(', ')}.`,
  );
}
