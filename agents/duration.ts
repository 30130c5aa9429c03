/** Durations as authors write them. */
import type { Wrong } from './definition-error.ts';

export type Duration = `${number}ms` | `${number}s` | `${number}m`;

const UNITS = { ms: 1, s: 1000, m: 60_000 } as const;

/** Milliseconds of `"500ms"`, `"5s"` or `"2m"`; `undefined` for anything else. */
export function milliseconds(duration: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(duration);
  if (match === null) return undefined;
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}

/** How long a call may take, in milliseconds. @throws DefinitionError */
export function timeoutOf(duration: Duration, wrong: Wrong): number {
  const ms = milliseconds(duration);
  if (ms === undefined || ms < 1 || ms > 3_600_000) {
    throw wrong(`has timeout ${JSON.stringify(duration)}`, 'Use e.g. "500ms", "5s" or "2m", at most "60m".');
  }
  return ms;
}
