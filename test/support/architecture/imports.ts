/** What a file imports, in every way there is: statements, re-exports, `import()` of values and of types. */
import { posix } from 'node:path';
import { type Token, tokensOf } from './tokens.ts';

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** `import type` and `export type`: gone once compiled. */
  readonly typesOnly: boolean;
  /** A file of the project, or a package (`node:fs` and `zod` are packages). */
  readonly target:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'package'; readonly name: string };
}

/** @param file its path from the project's root, with forward slashes */
export function importsOf(file: string, source: string): readonly Import[] {
  const tokens = tokensOf(source);
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word' || tokens[index - 1]?.text === '.') return [];
    const found =
      token.text === 'import'
        ? importAt(tokens, index)
        : token.text === 'export'
          ? reExportAt(tokens, index)
          : undefined;
    if (found === undefined) return [];
    return [
      { specifier: found.text, line: token.line, typesOnly: found.typesOnly, target: targetOf(file, found.text) },
    ];
  });
}

type Found = { readonly text: string; readonly typesOnly: boolean } | undefined;

function importAt(tokens: readonly Token[], at: number): Found {
  const next = tokens[at + 1];
  if (next === undefined || next.text === '.') return undefined;
  if (next.kind === 'string') return { text: next.text, typesOnly: false };
  if (next.text === '(') {
    const argument = tokens[at + 2];
    const literal = argument?.kind === 'string' || argument?.kind === 'template';
    return literal ? { text: argument.text, typesOnly: false } : undefined;
  }
  return fromAfter(tokens, at + 1);
}

function reExportAt(tokens: readonly Token[], at: number): Found {
  const opening = tokens[at + 1]?.text === 'type' ? at + 2 : at + 1;
  const first = tokens[opening]?.text;
  if (first === '*') return fromAfter(tokens, at + 1);
  if (first !== '{') return undefined;
  const closing = tokens.findIndex((token, index) => index > opening && token.text === '}');
  return tokens[closing + 1]?.text === 'from' ? fromAfter(tokens, at + 1) : undefined;
}

/** The string behind `from`, for the statement whose first word after `import` or `export` stands at `start`. */
function fromAfter(tokens: readonly Token[], start: number): Found {
  const from = tokens.findIndex(
    (token, index) => index >= start && token.text === 'from' && tokens[index + 1]?.kind === 'string',
  );
  const specifier = tokens[from + 1];
  if (from === -1 || specifier === undefined) return undefined;
  const typesOnly = tokens[start]?.text === 'type' && start + 1 !== from && tokens[start + 1]?.text !== ',';
  return { text: specifier.text, typesOnly };
}

/** Where the package's own name leads when one of its files imports it. */
const OWN_ENTRIES: Readonly<Record<string, string>> = {
  handback: 'index.ts',
  'handback/client': 'client/index.ts',
  'handback/worker': 'workers/index.ts',
  'handback/testing': 'testing/index.ts',
};

function targetOf(file: string, specifier: string): Import['target'] {
  const own = OWN_ENTRIES[specifier];
  if (own !== undefined) return { kind: 'file', path: own };
  if (/^\.{1,2}(\/|$)/.test(specifier)) return { kind: 'file', path: posix.join(posix.dirname(file), specifier) };
  const parts = specifier.split('/');
  return { kind: 'package', name: parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/') };
}
