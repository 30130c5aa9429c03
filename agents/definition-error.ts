/** Where an agent's or a tool's definition is wrong, and how to mend it. */
import { fileURLToPath } from 'node:url';

export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  readonly code = 'invalid_definition';
  /** `file:line` of the definition. */
  readonly site: string;
  constructor(subject: string, what: string, fix: string, site: string) {
    super(`${site}: ${subject} ${what}. ${fix}`);
    this.site = site;
  }
}

/** `file:line` of whoever called the function that calls this. */
export function definitionSite(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  // frame 0 is this function, frame 1 defineTool / defineAgent, frame 2 the author's file
  const match = /\(?((?:file:\/\/)?\/[^)]*?):(\d+):\d+\)?$/.exec(frames[2] ?? '');
  if (match?.[1] === undefined) return 'unknown file';
  const file = match[1].startsWith('file:') ? fileURLToPath(match[1]) : match[1];
  return `${file}:${match[2]}`;
}
