/** The house's plan: which folder may import which, and where a package may be used. */

/** What the commands and the scripts are put together from. */
const PARTS = [
  ...['core', 'db', 'agents', 'activities', 'api', 'client', 'engine', 'guardrails', 'replay', 'services'],
  ...['stand-in', 'telemetry'],
];

/**
 * A folder (or a file of the root) and what it may import besides itself. `folder/file.ts` allows that one file,
 * `types:` before it only its types. The plan has no circle, so neither have the folders.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'config.ts': [],
  core: [],
  services: [],
  // Whoever plays a model reads a prompt as one does.
  'stand-in': ['core/tool-data.ts'],
  workflows: ['core'],
  guardrails: ['core'],
  db: ['core'],
  telemetry: ['core'],
  // The example agent brings the rules by which the stand-in plays its model.
  agents: ['core', 'db', 'guardrails', 'stand-in'],
  activities: ['core', 'db', 'agents', 'guardrails', 'telemetry'],
  engine: ['core', 'config.ts', 'workflows/messages.ts'],
  api: ['core', 'db', 'engine', 'guardrails', 'telemetry', 'workflows/messages.ts'],
  // What the two sides of the wire agree on is written once.
  client: ['types:api/schemas.ts', 'types:api/people-schemas.ts', 'types:api/approval-schemas.ts'],
  workers: ['core', 'db', 'agents', 'activities', 'guardrails', 'engine', 'telemetry', 'config.ts'],
  // A timeline is made of what the client gets.
  replay: ['core', 'db', 'engine', 'types:client/index.ts', 'workers', 'workflows/messages.ts'],
  console: ['client', 'types:api/schemas.ts', 'types:api/people-schemas.ts', 'types:api/approval-schemas.ts'],
  cli: [...PARTS, ...['workers', 'config.ts', 'workflows/messages.ts']],
  'index.ts': ['agents', 'core', 'db/database.ts'],
  testing: ['core', 'agents', 'replay', 'stand-in', 'workers'],
  // What is evaluated is a running platform, seen as its callers see it, with an agent of its own.
  evals: ['core', 'agents', 'stand-in', 'types:activities/model.ts', 'types:client/index.ts'],
  examples: ['core', 'db', 'agents', 'client', 'stand-in', 'testing', 'index.ts'],
  scripts: [
    ...PARTS,
    ...[
      'workers',
      'config.ts',
      'evals',
      'examples',
      'workflows/messages.ts',
      'cli/dev-file.ts',
      'cli/stack/prepared-database.ts',
    ],
  ],
  bench: [
    ...['core', 'db', 'agents', 'activities', 'api', 'client', 'engine', 'replay', 'services', 'stand-in', 'telemetry'],
    ...['workers', 'config.ts', 'examples', 'scripts', 'workflows/messages.ts'],
  ],
};

/** May import everything; nothing imports them. */
export const OUTSIDE = new Set(['test', 'vitest.config.ts']);

/**
 * The only packages these folders may use; Node's own count as packages. The compiled workflows run in an isolate that
 * has none, and `core` is shared with them.
 */
export const ONLY_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  workflows: ['@temporalio/workflow', '@temporalio/common'],
};

/** Packages with one home: a second place that uses them would be a second model seam, a second way to the database. */
export const HOME_OF: Readonly<Record<string, readonly string[]>> = {
  openai: ['activities'],
  pg: ['db'],
  '@electric-sql/pglite': ['db'],
  'node-pg-migrate': ['db'],
  hono: ['api'],
  '@hono/node-server': ['api'],
  '@hono/zod-openapi': ['api'],
  commander: ['cli'],
  '@modelcontextprotocol/sdk': ['agents'],
  '@clack/prompts': ['cli'],
  'onnxruntime-node': ['guardrails'],
  '@huggingface/tokenizers': ['guardrails'],
  // The replay's recorder runs inside the isolate, beside the workflow it watches.
  '@temporalio/workflow': ['workflows', 'replay'],
};

/**
 * SQL lives in `db`; an agent that keeps its own tables has its statements in one file beside it. The generator writes
 * the example shop's migration.
 */
export const MAY_HOLD_SQL = [
  'db/',
  'agents/support/statements.ts',
  'examples/airline/store.ts',
  'examples/docs/callbacks.ts',
  'scripts/generate-shop.mjs',
];

/** Only these read the environment; everything else is given what it needs. */
export const MAY_READ_ENVIRONMENT = ['config.ts', 'vitest.config.ts', 'scripts/', 'test/', 'bench/'];

/** Written by `scripts/generate-shop.mjs`; the lists it is made from are counted. */
export const GENERATED = ['agents/support/migrations/001_shop.sql'];

export const LONGEST_FILE = 400;
