/** Pure unit tests, no servers: what the docs list is what the code has. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PROBLEMS } from '../../api/problems.ts';
import { readConfig } from '../../config.ts';
import { FAILURES } from '../../core/failure.ts';
import { DEFAULT_LIMITS } from '../../core/manifest.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** The rows of the table whose first cells are code, cell by cell. */
function rowsIn(page: string): readonly (readonly string[])[] {
  return read(page)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('`', ''))
        .slice(1, -1),
    );
}

/** What `config.ts` reads: the keys of its schema, in order. */
function variables(): readonly string[] {
  const asked = new Set<string>();
  const text = read('config.ts');
  for (const [, name] of text.matchAll(/^ {2}([A-Z_]+): /gm)) if (name !== undefined) asked.add(name);
  return [...asked];
}

describe('the docs', () => {
  it('list every failure kind with its attempts and whether it pages', () => {
    const kinds = rowsIn('docs/design.md').filter(([kind]) => kind !== undefined && Object.hasOwn(FAILURES, kind));
    expect(kinds.map(([kind, , attempts, pages]) => ({ kind, attempts, pages }))).toEqual(
      Object.entries(FAILURES).map(([kind, spec]) => ({
        kind,
        attempts: spec.attempts === Number.POSITIVE_INFINITY ? 'until it works' : String(spec.attempts),
        pages: spec.pages ? 'yes' : 'no',
      })),
    );
  });

  it('list every problem of the API with its status and its fix', () => {
    const codes = rowsIn('docs/api.md').filter(([code]) => code !== undefined && Object.hasOwn(PROBLEMS, code));
    expect(codes.map(([code, status, title]) => ({ code, status, title }))).toEqual(
      Object.entries(PROBLEMS).map(([code, { status, title }]) => ({ code, status: String(status), title })),
    );
  });

  it('list every environment variable with the default it has', () => {
    const listed = new Map(rowsIn('docs/operating.md').map(([name = '', , fallback = '']) => [name, fallback]));
    const names = variables();
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !listed.has(name))).toEqual([]);
    const { temporal, database, host, port, temporalPort, home, logLevel, slowAfterMs } = readConfig({});
    const defaults = {
      TEMPORAL_NAMESPACE: temporal.namespace,
      HANDBACK_TASK_QUEUE: temporal.taskQueue,
      HANDBACK_SCHEMA: database.schema,
      HOST: host,
      PORT: port,
      HANDBACK_TEMPORAL_PORT: temporalPort,
      HANDBACK_HOME: home,
      HANDBACK_LOG_LEVEL: logLevel,
      HANDBACK_SLOW_AFTER_MS: slowAfterMs,
    };
    for (const [name, value] of Object.entries(defaults))
      expect(`${name}=${listed.get(name)}`).toBe(`${name}=${value}`);
  });

  it('give the limits of an agent their defaults', () => {
    const listed = new Map(rowsIn('docs/authoring.md').map(([name = '', , fallback = '']) => [name, fallback]));
    for (const [name, value] of Object.entries(DEFAULT_LIMITS)) {
      expect(`${name}=${listed.get(`limits.${name}`)?.replace(',', '')}`).toBe(`${name}=${value}`);
    }
  });

  it('list every table that a migration makes', () => {
    const made = readdirSync(new URL('db/migrations/', ROOT)).flatMap((file) =>
      [...read(`db/migrations/${file}`).matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name),
    );
    const listed = rowsIn('docs/design.md').map(([name]) => name);
    expect(made.filter((name) => !listed.includes(name))).toEqual([]);
  });
});
