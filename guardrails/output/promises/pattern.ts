/** How a promise is written down: words, with signs for what may stand between them. Compiled to linear expressions. */

/** The longest word that a gap passes over. */
const ANY_WORD = '(?:[^ ,]{1,40} )';

/**
 * `a|b` one of them, `x?` may be missing, `x*` any letters may follow (eight, say), `..3` up to three words of any kind,
 * `(I)` as it is written. A pattern is held against a sentence's folded words, each with one space behind it.
 */
export function compiled(patterns: readonly string[]): RegExp {
  const sources = patterns.map((pattern) => pattern.split(' ').map(source).join(''));
  return new RegExp(`(?<= )(?:${sources.join('|')})`, 'g');
}

function source(element: string): string {
  const gap = /^\.\.(\d)$/.exec(element)?.[1];
  if (gap !== undefined) return `${ANY_WORD}{0,${gap}}`;
  if (element.startsWith('!')) return `(?!(?:${choices(element.slice(1))}) )`;
  if (element.endsWith('?')) return `(?:(?:${choices(element.slice(0, -1))}) )?`;
  return `(?:${choices(element)}) `;
}

function choices(element: string): string {
  return element
    .split('|')
    .map((word) => (word === '$' ? '\\$' : word.replace(/\*$/, '[^ ,]{0,12}').replaceAll('_', ' ')))
    .join('|');
}
