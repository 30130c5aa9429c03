/** What of a foreign error message may be kept: enough for an engineer, nothing a customer said. */

const LIMIT = 200;
const FIRST_QUOTE = /["“”„«»`]|(?<!\w)['‘]/;
const LAST_QUOTE = /["“”„«»`]|['’](?!\w)/g;

/**
 * At most 200 characters on one line. Whatever stands between the first and the last quotation mark is left out, because
 * that is where services repeat what they were sent.
 */
export function safeMessage(text: string): string {
  const line = text.slice(0, 4_000).replace(/\s+/g, ' ').trim();
  const from = line.search(FIRST_QUOTE);
  if (from === -1) return cut(line);
  const marks = [...line.slice(from + 1).matchAll(LAST_QUOTE)];
  const last = marks.at(-1);
  const rest = last === undefined ? '' : line.slice(from + 2 + last.index);
  return cut(`${line.slice(0, from)}…${rest}`);
}

function cut(line: string): string {
  return line.length <= LIMIT ? line : `${line.slice(0, LIMIT - 1)}…`;
}

const WINDOW = 20;

/** Whether `message` repeats any of `texts`: 20 characters in a row, or the whole of a shorter text. */
export function echoes(message: string, texts: readonly string[]): boolean {
  for (const text of texts) {
    if (text.length < WINDOW) {
      if (text.trim().length >= 4 && message.includes(text.trim())) return true;
      continue;
    }
    for (let at = 0; at + WINDOW <= message.length; at++) {
      if (text.includes(message.slice(at, at + WINDOW))) return true;
    }
  }
  return false;
}

const LONGEST_WAIT_MS = 10 * 60_000;

/**
 * What a service said about when to come back, in milliseconds from `now`, between 0 and 10 minutes: `retry-after-ms`,
 * then `retry-after` as seconds or as an HTTP date. `undefined` where it said nothing that can be read.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'> | undefined, now: number): number | undefined {
  const ms = headers?.get('retry-after-ms')?.trim();
  if (ms && !Number.isNaN(Number(ms))) return bounded(Number(ms));
  const value = headers?.get('retry-after')?.trim();
  if (!value) return undefined;
  if (!Number.isNaN(Number(value))) return bounded(Number(value) * 1000);
  // Date.parse reads nearly anything as some date; an HTTP date begins with the name of a day.
  if (!/^[A-Za-z]{3,9},? /.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function bounded(ms: number): number {
  return Math.round(Math.min(Math.max(ms, 0), LONGEST_WAIT_MS));
}
