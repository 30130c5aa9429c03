/** The pages that come with the installed packages: harmless documents that everybody has who can train. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from './rows.ts';

const PAGES = /^(readme|license|licence|changelog|security|contributing|notice)(\.md|\.txt)?$/i;
/** Of a page: as much as is worth training on. They are cut, so that short documents are among them too. */
const LENGTHS = [600, 2_000, 5_000];
/** The same licence stands in hundreds of packages. */
const SAME = 200;

/** @param folder a `node_modules` @returns each different page once, by the packages' names; none where there is no folder */
export async function packagePages(folder: string): Promise<readonly Row[]> {
  const seen = new Set<string>();
  const rows: Row[] = [];
  for (const name of await packagesIn(folder)) {
    const files = await readdir(join(folder, name)).catch(() => []);
    for (const file of files.filter((entry) => PAGES.test(entry)).sort()) {
      const text = await readFile(join(folder, name, file), 'utf8').catch(() => '');
      const key = text.replaceAll(/\W+/g, ' ').slice(-SAME);
      if (text.length < SAME || seen.has(key)) continue;
      seen.add(key);
      const length = LENGTHS[rows.length % LENGTHS.length] ?? SAME;
      rows.push({ text: text.slice(0, length), attack: false, source: `pages-${genreOf(file)}`, channel: 'document' });
    }
  }
  return rows;
}

/** What reads alike is one source. */
function genreOf(file: string): string {
  if (/^(licen|notice)/i.test(file)) return 'licence';
  return /^change/i.test(file) ? 'changelog' : 'readme';
}

async function packagesIn(folder: string): Promise<readonly string[]> {
  const entries = (await readdir(folder).catch(() => [])).filter((entry) => !entry.startsWith('.')).sort();
  const names = await Promise.all(
    entries.map(async (entry) => {
      if (!entry.startsWith('@')) return [entry];
      const inner: readonly string[] = await readdir(join(folder, entry)).catch(() => []);
      return [...inner].sort().map((name) => `${entry}/${name}`);
    }),
  );
  return names.flat();
}
