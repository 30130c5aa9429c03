/** The rules about what stands in a file, as functions from files to what is wrong with them. */
import { GENERATED, LONGEST_FILE, MAY_HOLD_SQL, MAY_READ_ENVIRONMENT } from './house.ts';
import type { Problems } from './import-rules.ts';
import { importsOf } from './imports.ts';
import type { Files } from './project.ts';
import { type Token, tokensOf } from './tokens.ts';

const TYPESCRIPT = /\.(ts|tsx|mts)$/;
const CODE = /\.(ts|tsx|mts|mjs)$/;

/** Only the configuration and what people start by hand read the environment. */
export function environmentReads(files: Files): Problems {
  return eachFile(files, CODE, MAY_READ_ENVIRONMENT, (file, tokens, source) => [
    ...tokens.flatMap((token, at) => {
      if (token.kind !== 'word' || token.text !== 'process' || tokens[at - 1]?.text === '.') return [];
      const [open, name] = [tokens[at + 1]?.text, tokens[at + 2]?.text];
      const reads = (open === '.' || open === '?.' || open === '[') && name === 'env';
      const takesApart = tokens[at - 1]?.text === '=' && tokens[at - 2]?.text === '}';
      return reads || takesApart
        ? [`${file}:${token.line}: reads the environment; let config.ts do it and pass it on`]
        : [];
    }),
    ...importsOf(file, source)
      .filter(({ specifier }) => specifier === 'process' || specifier === 'node:process')
      .map(({ line }) => `${file}:${line}: imports process; let config.ts read the environment and pass it on`),
  ]);
}

/** The type `any` switches the compiler off for whatever it touches; `unknown` and a check do not. */
export function anyTypes(files: Files): Problems {
  return eachFile(files, TYPESCRIPT, [], (file, tokens) =>
    tokens.flatMap((token, at) => {
      if (token.kind !== 'word' || token.text !== 'any') return [];
      const [before, after] = [tokens[at - 1]?.text, tokens[at + 1]?.text];
      // `Promise.any(...)` and `expect.any(...)` are methods, `{ any: ... }` is a key; zod's `z.any()` is the type again.
      if (before === '.' || before === '?.')
        return tokens[at - 2]?.text === 'z' ? [`${file}:${token.line}: z.any()`] : [];
      return after === ':' || after === '(' ? [] : [`${file}:${token.line}: the type any`];
    }),
  );
}

/** These names say that nobody knew what a file is about. */
export function emptyNames(files: Files): Problems {
  return [...files.keys()]
    .filter((file) => /(^|[/._-])(utils?|helpers?|managers?)([/._-]|$)|(Utils?|Helpers?|Managers?)\./.test(file))
    .map((file) => `${file}: name it after what it does`);
}

export function longFiles(files: Files): Problems {
  return [...files].flatMap(([file, text]) => {
    if (GENERATED.includes(file) || file === 'CHANGELOG.md' || file.endsWith('.json')) return [];
    const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    return lines > LONGEST_FILE
      ? [`${file}: ${lines} lines, and ${LONGEST_FILE} are allowed; it holds more than one idea`]
      : [];
  });
}

/**
 * Statements are recognised by their verbs: in small letters at the start of a string, in capitals also further inside
 * (behind a `WITH`), so that sentences about selecting and updating are not taken for SQL.
 */
const STATEMENT = [
  /^\s*(select\s[^.]*\sfrom\s+[\w$"]|select\s+(\d|[\w.]+\()|insert\s+into\s|update\s+\S+\s+(\w+\s+)?set\s|delete\s+from\s)/,
  /\bSELECT\s[^;]*\sFROM\s|\bSELECT\s+(\d|[\w.]+\()|\bINSERT INTO\s|\bUPDATE\s+\S+\s+(\w+\s+)?SET\s|\bDELETE FROM\s/,
  /^\s*(with\s+\w+\s+as\s*\(|(create|alter|drop)\s+(table|schema|index|view|type)\s)/i,
];

/** SQL is written where the tables are known. Tests may look into tables, and the benchmark's rival has its own. */
export function strayStatements(files: Files): Problems {
  return eachFile(files, CODE, [...MAY_HOLD_SQL, 'test/', 'bench/'], (file, tokens) =>
    tokens.flatMap((token) => {
      if (token.kind !== 'string' && token.kind !== 'template') return [];
      const found = STATEMENT.some((pattern) => pattern.test(token.text));
      return found ? [`${file}:${token.line}: holds SQL; it belongs into db/`] : [];
    }),
  );
}

/** `excepted`: files, and folders with a slash at their end, that the rule does not concern. */
function eachFile(
  files: Files,
  kind: RegExp,
  excepted: readonly string[],
  check: (file: string, tokens: readonly Token[], source: string) => Problems,
): Problems {
  return [...files]
    .filter(([file]) => kind.test(file))
    .filter(([file]) => !excepted.some((name) => (name.endsWith('/') ? file.startsWith(name) : file === name)))
    .flatMap(([file, source]) => check(file, tokensOf(source), source));
}
