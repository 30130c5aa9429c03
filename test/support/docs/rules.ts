/** What must hold in the docs, as functions from the project's files to what is wrong. */
import { posix } from 'node:path';
import type { Files } from '../architecture/project.ts';
import { readPage } from './markdown.ts';

type Problems = readonly string[];

function pagesOf(files: Files): readonly (readonly [string, ReturnType<typeof readPage>])[] {
  const isPage = (file: string) => /^(README|CONTRIBUTING|CHANGELOG)\.md$|^(docs|bench|examples)\/.*\.md$/.test(file);
  return [...files].filter(([file]) => isPage(file)).map(([file, text]) => [file, readPage(text)] as const);
}

const PROGRAM = new Set(['ts', 'tsx', 'typescript', 'js', 'mjs', 'javascript']);

/** Code in the docs is code that is compiled: a block names its file, or a region of it, and says the same. */
export function staleSnippets(files: Files): Problems {
  return pagesOf(files).flatMap(([page, { fences }]) =>
    fences.flatMap(({ line, language, attributes, text }) => {
      if (!PROGRAM.has(language)) return [];
      const place = `${page}:${line}`;
      const { file, region } = attributes;
      if (file === undefined) {
        return [`${place}: names no file; write \`\`\`${language} file=examples/docs/<name>.ts region=<name>`];
      }
      const source = files.get(file);
      if (source === undefined) return [`${place}: there is no ${file}`];
      const code = region === undefined ? source : regionOf(source, region);
      if (code === undefined) return [`${place}: ${file} has no "// #region ${region}" with an end`];
      const compiled = asPublished(plain(code), file);
      return compiled === plain(text) ? [] : [`${place}: differs from ${file}${difference(plain(text), compiled)}`];
    }),
  );
}

/** The lines between `// #region name` and the next `// #endregion`. */
function regionOf(source: string, name: string): string | undefined {
  const lines = source.split('\n');
  const start = lines.findIndex((line) => line.trim() === `// #region ${name}`);
  const end = lines.findIndex((line, index) => index > start && line.trim().startsWith('// #endregion'));
  return start === -1 || end === -1 ? undefined : lines.slice(start + 1, end).join('\n');
}

/** Without the indentation its lines share, other regions' marks, and empty lines around. */
function plain(code: string): string {
  const lines = code.split('\n').filter((line) => !/^\s*\/\/ #(end)?region\b/.test(line));
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  return lines
    .map((line) => line.slice(shared).trimEnd())
    .join('\n')
    .replace(/^\n+|\n+$/g, '');
}

/** The package's doors; a compiled example takes the path, the reader the name. */
const DOORS: Readonly<Record<string, string>> = {
  'index.ts': 'handback',
  'client/index.ts': 'handback/client',
  'workers/index.ts': 'handback/worker',
  'testing/index.ts': 'handback/testing',
};

function asPublished(code: string, file: string): string {
  return code.replace(/from '(\.[^']+)'/g, (whole, path: string) => {
    const door = DOORS[posix.join(posix.dirname(file), path)];
    return door === undefined ? whole : `from '${door}'`;
  });
}

function difference(shown: string, compiled: string): string {
  const lines = compiled.split('\n');
  const at = shown.split('\n').findIndex((line, index) => line !== lines[index]);
  return at === -1 ? ': lines are missing' : `, first in its line ${at + 1}: ${JSON.stringify(lines[at] ?? '')}`;
}

/** Every verb of the CLI and every script of package.json that the docs name is there. */
export function unknownCommands(files: Files): Problems {
  const scripts = scriptsOf(files);
  const verbs = verbsOf(files);
  return pagesOf(files).flatMap(([page, { fences, inlineCode }]) => {
    const shell = fences
      .filter(({ language }) => /^(sh|bash|shell|console)$/.test(language))
      .flatMap(({ line, text }) => text.split('\n').map((each, index) => ({ line: line + 1 + index, text: each })));
    return [...shell, ...inlineCode].flatMap(({ line, text }) => [
      ...[...text.matchAll(/(?<![\w-])npm (?:run ([\w:-]+)|(start|test)(?![\w:-]))/g)].flatMap(([, named, short]) => {
        const script = named ?? short ?? '';
        return scripts.has(script) ? [] : [`${page}:${line}: package.json has no script ${script}`];
      }),
      ...[...text.matchAll(/(?:^|[\s;&|(])(?:npx )?handback ([a-z][a-z-]*)(?![\w./@:-])/g)].flatMap(([, verb = '']) =>
        verbs === undefined || verbs.has(verb) ? [] : [`${page}:${line}: the CLI has no verb ${verb}`],
      ),
    ]);
  });
}

function scriptsOf(files: Files): ReadonlySet<string> {
  const manifest: unknown = JSON.parse(files.get('package.json') ?? '{}');
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  return new Set(isObject(manifest) && isObject(manifest['scripts']) ? Object.keys(manifest['scripts']) : []);
}

/** From the sources, so that no verb need be loaded; `undefined` where there is no CLI. */
function verbsOf(files: Files): ReadonlySet<string> | undefined {
  const sources = [...files].filter(([file]) => file.startsWith('cli/'));
  if (sources.length === 0) return undefined;
  const verbs = sources.flatMap(([, source]) =>
    [...source.matchAll(/(?:\.command\(|new Command\()\s*['"`]([a-z][a-z-]*)/g)].map(([, verb = '']) => verb),
  );
  return new Set([...verbs, 'help']);
}

/** Links inside the repository lead to a file, and their anchors to a heading. */
export function brokenLinks(files: Files): Problems {
  const pages = new Map(pagesOf(files));
  const isThere = (path: string) =>
    files.has(path) || [...files.keys()].some((file) => file.startsWith(`${path.replace(/\/$/, '')}/`));
  return [...pages].flatMap(([page, { links }]) =>
    links.flatMap(({ line, target }) => {
      if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : posix.join(posix.dirname(page), decodeURI(path));
      const wrong = `${page}:${line}: ${target} leads nowhere`;
      if (file !== 'LICENSE' && !isThere(file)) return [wrong];
      const anchors = pages.get(file)?.anchors;
      return anchor === undefined || anchors === undefined || anchors.has(anchor) ? [] : [`${wrong}: no such heading`];
    }),
  );
}
