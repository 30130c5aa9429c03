/** Where an agent's or a tool's definition is wrong, and how to mend it. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly code = 'invalid_definition';
  /** `file:line` of the definition. */
  readonly site: string;
  readonly #problem: readonly [subject: string, what: string, fix: string];
  constructor(subject: string, what: string, fix: string, site: string) {
    super(`${site}: ${subject} ${what}. ${fix}`);
    this.site = site;
    this.#problem = [subject, what, fix];
  }

  /** The same of another place: what is defined after an `await` does not know who wanted it. */
  at(site: string): DefinitionError {
    return new DefinitionError(...this.#problem, site);
  }
}

/** Makes the error of one definition; what checks a part of it throws it. */
export type Wrong = (what: string, fix: string) => DefinitionError;

const HERE = dirname(fileURLToPath(import.meta.url));

/** `file:line` of whoever called into this folder: what defines tools may be built of other things that do. */
export function definitionSite(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  for (const frame of frames) {
    const match = /\(?((?:file:\/\/)?\/[^)]*?):(\d+):\d+\)?$/.exec(frame);
    if (match?.[1] === undefined || frame.includes('(node:')) continue;
    const file = match[1].startsWith('file:') ? fileURLToPath(match[1]) : match[1];
    if (dirname(file) !== HERE) return `${file}:${match[2]}`;
  }
  return 'unknown file';
}
