/** Builds the workflow bundle (a second or two) — no servers: only `core` and `workflows` may be in it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { buildBundle } from '../../workers/bundle.ts';
import { bundledModules, strangersIn } from '../support/architecture/bundle.ts';

describe('the workflow bundle', () => {
  let bundle: string;
  beforeAll(async () => {
    bundle = await buildBundle();
  });

  it('holds core, workflows and the engine, and nothing else', () => {
    expect(strangersIn(bundle)).toEqual([]);
  });

  it('is read by its headings: our own modules are among them', () => {
    const names = bundledModules(bundle).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['./workflows/index.ts', './core/failure.ts']));
    expect(names.length).toBeGreaterThan(40);
  });
});

describe('a bundle with a stranger in it', () => {
  const module = (name: string, title = name) =>
    `/***/ "${name}"\n/*!****!*\\\n  !*** ${title} ***!\n  \\****/\n() {},\n`;

  it.each([
    './node_modules/zod/index.js',
    './node_modules/pg/lib/index.js',
    './node_modules/openai/index.mjs',
    './node_modules/@temporalio/worker/lib/index.js',
    './node_modules/@temporalio/common/node_modules/protobufjs/index.js',
    './activities/call-model.ts',
    './db/pool.ts',
    'node:crypto',
    'external "crypto"',
  ])('is noticed: %s', (name) => {
    const plain = name.replaceAll('"', "'");
    expect(strangersIn(module('./core/failure.ts') + module(plain))).toEqual([plain]);
  });

  it('is not one that webpack left out', () => {
    expect(strangersIn(module('?31ff', '__temporal_custom_payload_converter (ignored)'))).toEqual([]);
  });
});
