/** The code in the docs: what each fence holds, and what the file it names holds. */
import { readFileSync } from 'node:fs';

const ROOT = new URL('../../', import.meta.url);

/** Examples are compiled beside the sources; who uses the package writes its entry points instead. */
const ENTRY_POINTS: Readonly<Record<string, string>> = {
  '../../index.ts': 'handback',
  '../../agents/define.ts': 'handback',
  '../../agents/module.ts': 'handback',
  '../../client/index.ts': 'handback/client',
  '../../stand-in/server.ts': 'handback/testing',
  '../../stand-in/steps.ts': 'handback/testing',
};

export interface Snippet {
  readonly file: string;
  readonly region: string | undefined;
  readonly text: string;
}

const FENCE = /^```ts file=(\S+?)(?: region=(\S+))?\n([\s\S]*?)^```$/gm;

/** Every snippet of a page that names its file. */
export function snippetsIn(page: string): readonly Snippet[] {
  return [...page.matchAll(FENCE)].map(([, file = '', region, text = '']) => ({ file, region, text }));
}

/** What such a snippet has to say. @throws Error when the file or the region does not exist */
export function sourceOf({ file, region }: Pick<Snippet, 'file' | 'region'>): string {
  const whole = readFileSync(new URL(file, ROOT), 'utf8');
  const lines = (region === undefined ? whole : regionOf(whole, file, region)).replace(/^\n+|\n+$/g, '').split('\n');
  const indent = Math.min(...lines.filter((line) => line !== '').map((line) => line.search(/\S/)));
  const text = lines.map((line) => line.slice(indent)).join('\n');
  return `${text.replace(/(?<=from ')[^']+(?=')/g, (path) => ENTRY_POINTS[path] ?? path)}\n`;
}

function regionOf(whole: string, file: string, region: string): string {
  const lines = whole.split('\n');
  const from = lines.findIndex((line) => line.trim() === `// #region ${region}`);
  const to = lines.findIndex((line) => line.trim() === `// #endregion ${region}`);
  if (from < 0 || to < from) throw new Error(`${file} has no region ${region}.`);
  return lines.slice(from + 1, to).join('\n');
}
