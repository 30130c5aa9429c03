/** The version of this package. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

/** Compiled files lie one folder deeper than sources. */
const PLACES = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));

export function packageVersion(): string {
  const place = PLACES.find((url) => existsSync(url));
  if (place === undefined) return 'unknown';
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(place, 'utf8'))).version;
}
