/** Pure unit tests — no servers: the rules of the house, each on the whole project and on a small house that breaks it. */
import { describe, expect, it } from 'vitest';
import { MAY_IMPORT } from '../support/architecture/house.ts';
import {
  fileCycles,
  folderCycles,
  foreignImports,
  foreignPackages,
  type Problems,
  planCycles,
} from '../support/architecture/import-rules.ts';
import { importsOf } from '../support/architecture/imports.ts';
import { type Files, projectFiles } from '../support/architecture/project.ts';
import {
  anyTypes,
  emptyNames,
  environmentReads,
  longFiles,
  strayStatements,
} from '../support/architecture/text-rules.ts';

const project = projectFiles();

const RULES = {
  'folders import only what the plan allows': foreignImports,
  'packages are used only where they belong': foreignPackages,
  'no file imports itself in a circle, types included': fileCycles,
  'no folder imports another in a circle, types included': folderCycles,
  'only config.ts and entry points read the environment': environmentReads,
  'there is no type any': anyTypes,
  'no path is called utils, helpers or manager': emptyNames,
  'no file is longer than 400 lines': longFiles,
  'SQL is written in db only': strayStatements,
} satisfies Record<string, (files: Files) => Problems>;

describe('the house', () => {
  it.each(Object.entries(RULES))('%s', (_name, rule) => {
    expect(rule(project)).toEqual([]);
  });

  it('is planned without a circle', () => {
    expect(planCycles(MAY_IMPORT)).toEqual([]);
  });

  it('is read whole', () => {
    const read = [...project.keys()];
    expect(read).toEqual(expect.arrayContaining(['config.ts', 'core/manifest.ts', 'scripts/bootstrap.mjs']));
    expect(read.filter((file) => /(^|\/)(node_modules|dist)\//.test(file))).toEqual([]);
  });
});

type Case = readonly [what: string, rule: keyof typeof RULES, files: Record<string, string>, problem: string];

const IMPORTS: keyof typeof RULES = 'folders import only what the plan allows';
const PACKAGES: keyof typeof RULES = 'packages are used only where they belong';
const ENVIRONMENT: keyof typeof RULES = 'only config.ts and entry points read the environment';
const ANY: keyof typeof RULES = 'there is no type any';
const SQL: keyof typeof RULES = 'SQL is written in db only';
const NAMES: keyof typeof RULES = 'no path is called utils, helpers or manager';

const BROKEN: readonly Case[] = [
  ['core imports db', IMPORTS, { 'core/a.ts': "import { b } from '../db/b.ts';" }, 'core/a.ts:1'],
  [
    'core imports a type of agents',
    IMPORTS,
    { 'core/a.ts': "\nimport type { B } from '../agents/b.ts';" },
    'core/a.ts:2',
  ],
  ['core imports db on demand', IMPORTS, { 'core/a.ts': "await import('../db/b.ts');" }, 'core/a.ts:1'],
  ['core names a type of db in place', IMPORTS, { 'core/a.ts': "type B = import('../db/b.ts').B;" }, 'core/a.ts:1'],
  ['core re-exports db', IMPORTS, { 'core/a.ts': "export * from '../db/b.ts';" }, 'core/a.ts:1'],
  ['workflows import activities', IMPORTS, { 'workflows/a.ts': "import '../activities/b.ts';" }, 'workflows/a.ts:1'],
  ['api imports a workflow', IMPORTS, { 'api/a.ts': "import type { B } from '../workflows/turn.ts';" }, 'api/a.ts:1'],
  ['the cli imports a workflow', IMPORTS, { 'cli/a.ts': "import { b } from '../workflows/index.ts';" }, 'cli/a.ts:1'],
  [
    'the client imports values of the api',
    IMPORTS,
    { 'client/a.ts': "import { b } from '../api/schemas.ts';" },
    'client/a.ts:1',
  ],
  ['something imports a test', IMPORTS, { 'bench/a.ts': "import { b } from '../test/support/b.ts';" }, 'bench/a.ts:1'],
  ['a folder is not in the plan', IMPORTS, { 'attic/a.ts': "import { b } from '../core/b.ts';" }, 'attic/a.ts:1'],
  ['core uses zod', PACKAGES, { 'core/a.ts': "import { z } from 'zod';" }, 'core/a.ts:1'],
  ['core uses a module of Node', PACKAGES, { 'core/a.ts': "import { createHash } from 'node:crypto';" }, 'core/a.ts:1'],
  [
    'workflows use the worker',
    PACKAGES,
    { 'workflows/a.ts': "import { b } from '@temporalio/worker';" },
    'workflows/a.ts:1',
  ],
  ['a second model seam', PACKAGES, { 'guardrails/a.ts': "import OpenAI from 'openai';" }, 'guardrails/a.ts:1'],
  ['a second way to the database', PACKAGES, { 'api/a.ts': "import pg from 'pg';" }, 'api/a.ts:1'],
  [
    'two files circle',
    'no file imports itself in a circle, types included',
    { 'core/a.ts': "import type { B } from './b.ts';", 'core/b.ts': "export { a } from './a.ts';" },
    'core/a.ts -> core/b.ts -> core/a.ts',
  ],
  [
    'a file imports itself',
    'no file imports itself in a circle, types included',
    { 'core/a.ts': "import { a } from './a.ts';" },
    'core/a.ts -> core/a.ts',
  ],
  [
    'two folders circle by way of four files',
    'no folder imports another in a circle, types included',
    { 'api/a.ts': "import '../engine/b.ts';", 'engine/c.ts': "import type { D } from '../api/d.ts';" },
    'api -> engine -> api',
  ],
  ['the environment is read', ENVIRONMENT, { 'api/a.ts': "\nconst port = process.env['PORT'];" }, 'api/a.ts:2'],
  ['the environment is read in brackets', ENVIRONMENT, { 'api/a.ts': "const port = process['env'];" }, 'api/a.ts:1'],
  ['the environment is taken out of process', ENVIRONMENT, { 'api/a.ts': 'const { env } = process;' }, 'api/a.ts:1'],
  ['the environment is imported', ENVIRONMENT, { 'api/a.ts': "import { env } from 'node:process';" }, 'api/a.ts:1'],
  ['a parameter is any', ANY, { 'api/a.ts': 'const f = (x: any) => x;' }, 'api/a.ts:1'],
  ['a cast is to any', ANY, { 'api/a.ts': '(x as any).y' }, 'api/a.ts:1'],
  ['a list is of any', ANY, { 'api/a.ts': 'let x: string | any[] = [];' }, 'api/a.ts:1'],
  ['a type argument is any', ANY, { 'api/a.ts': 'new Map<string, any>()' }, 'api/a.ts:1'],
  ['a schema is any', ANY, { 'api/a.ts': 'z.object({ x: z.any() })' }, 'api/a.ts:1'],
  ['a file is called utils', NAMES, { 'core/utils.ts': '' }, 'core/utils.ts'],
  ['a folder is called helpers', NAMES, { 'test/helpers/server.ts': '' }, 'test/helpers/server.ts'],
  ['a file is some manager', NAMES, { 'workers/turn-manager.ts': '' }, 'workers/turn-manager.ts'],
  [
    'a file is long',
    'no file is longer than 400 lines',
    { 'scripts/a.mjs': 'x;\n'.repeat(401) },
    'scripts/a.mjs: 401 lines',
  ],
  [
    'a statement stands in the api',
    SQL,
    { 'api/a.ts': 'query(`SELECT id FROM turns WHERE id = ${id}`)' },
    'api/a.ts:1',
  ],
  [
    'a statement stands in small letters',
    SQL,
    { 'cli/a.ts': "query('insert into api_keys values ($1)')" },
    'cli/a.ts:1',
  ],
  [
    'a statement follows a with',
    SQL,
    { 'engine/a.ts': '`\nWITH x AS (UPDATE turns SET a = 1 RETURNING id)`' },
    'engine/a.ts:1',
  ],
  ['a statement deletes', SQL, { 'scripts/a.mjs': "query('DELETE FROM turns')" }, 'scripts/a.mjs:1'],
];

describe('a broken house', () => {
  it.each(BROKEN)('is noticed when %s', (_what, rule, files, problem) => {
    const problems = RULES[rule](new Map(Object.entries(files)));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('is noticed when the plan itself leads in a circle', () => {
    const plan = { api: ['engine/connection.ts'], engine: ['core', 'types:api/schemas.ts'], core: [] };
    expect(planCycles(plan)).toEqual(['api -> engine -> api']);
  });
});

describe('a house in order', () => {
  it.each(Object.entries(RULES))('is not blamed: %s', (_name, rule) => {
    const files = {
      'api/a.ts': [
        "import { nudge } from '../workflows/messages.ts';",
        "import { openPool } from '../db/pool.ts';",
        '// process.env, as any, SELECT id FROM turns: in a comment, and so is import("../test/a.ts")',
        "const words = ['Select one of these from the list', 'any', 'process.env', 'update the settings'];",
        'const first = await Promise.any(words.map((word) => word.replace(/[`"]/g, ``)));',
        'const half = words.length / 2 / (`${words.map((word) => `${word}/`)}`.length / 3);',
        'export const found = { any: first, env: half };',
      ].join('\n'),
      'client/a.ts': "import type { Wire } from '../api/schemas.ts';\nexport type { Wire };",
      'db/pool.ts': "import pg from 'pg';\nexport const all = 'SELECT * FROM turns';",
    };
    expect(rule(new Map(Object.entries(files)))).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it('finds every way to import, and which of them are types only', () => {
    const source = [
      "import one, { type Two } from './one.ts';",
      "import type { Three } from '../three.ts';",
      "import type from './type.ts';",
      "export { four, from } from 'four/sub';",
      "export type * from '@five/six/seven';",
      'export { eight };',
      "export const nine = () => import('./nine.ts');",
      'const here = import.meta.url;',
      "const text = `${await import('./ten.ts')} import './not.ts'`;",
    ].join('\n');
    const found = importsOf('core/here.ts', source).map(({ line, typesOnly, target }) => {
      return `${line} ${target.kind === 'file' ? target.path : `(${target.name})`}${typesOnly ? ' types' : ''}`;
    });
    expect(found).toEqual([
      '1 core/one.ts',
      '2 three.ts types',
      '3 core/type.ts',
      '4 (four)',
      '5 (@five/six) types',
      '7 core/nine.ts',
      '9 core/ten.ts',
    ]);
  });
});
