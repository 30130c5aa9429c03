import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEmbedder } from '../../guardrails/embedding/embedder.ts';
import { findEmbeddingModel, presentEmbeddingModel } from '../../services/fetch.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handback-encoder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the sentence encoder', () => {
  it('a folder named by the variable is used when it holds both files', async () => {
    for (const name of ['model.onnx', 'tokenizer.json']) await writeFile(join(folder, name), '');
    const files = await findEmbeddingModel({ env: { HANDBACK_EMBEDDING_MODEL: folder } });
    expect(files).toEqual({
      model: join(folder, 'model.onnx'),
      tokenizer: join(folder, 'tokenizer.json'),
      origin: 'variable',
    });
  });

  it('a variable that names a folder without them is an error that says which file is missing and what to do', async () => {
    const failure = findEmbeddingModel({ env: { HANDBACK_EMBEDDING_MODEL: folder } });
    await expect(failure).rejects.toThrow(`there is no ${join(folder, 'model.onnx')}`);
    await expect(failure).rejects.toThrow('handback models fetch');
  });

  it('whoever only wants what is there gets it from the cache, and is told the command where it is not', async () => {
    await expect(presentEmbeddingModel({ env: {}, cache: folder })).rejects.toThrow('handback models fetch');
    const artefact = join(folder, 'all-minilm-l6-v2-int8');
    await mkdir(artefact);
    for (const name of ['model.onnx', 'tokenizer.json']) await writeFile(join(artefact, name), '');
    expect(await presentEmbeddingModel({ env: {}, cache: folder })).toMatchObject({ origin: 'cache' });
  });

  it('files that are no encoder are an error with the command', async () => {
    const files = { model: join(folder, 'model.onnx'), tokenizer: join(folder, 'tokenizer.json') };
    for (const path of Object.values(files)) await writeFile(path, '{}');
    await expect(openEmbedder(files)).rejects.toThrow('handback models fetch');
  });
});
