/** Sentences as vectors, by a small encoder that runs in this process. */
import { readFile } from 'node:fs/promises';
import { Tokenizer } from '@huggingface/tokenizers';
import * as ort from 'onnxruntime-node';
import { z } from 'zod';
import { meanOfTokens } from './pooling.ts';

/** Of length one, so that a product of two is their cosine. */
export type Vector = Float32Array;

export interface Embedder {
  /**
   * One vector a text, in order. Texts are encoded one at a time: the int8 encoder rounds by the range of values it
   * sees, so in a batch a text's vector, and with it a verdict, would depend on its neighbours.
   */
  embed(texts: readonly string[]): Promise<readonly Vector[]>;
  close(): Promise<void>;
}

/** What is longer says what it is about at its beginning; the encoder was trained on no more. */
const MOST_TOKENS = 128;
/** The tokenizer should not read a megabyte for 128 tokens. */
const MOST_CHARACTERS = 2_000;

const TokenizerJson = z.looseObject({ model: z.looseObject({}), truncation: z.unknown(), padding: z.unknown() });

/**
 * @throws with the command that fetches them, where the files are missing or are not an encoder's: call it at start-up
 */
export async function openEmbedder(files: { readonly model: string; readonly tokenizer: string }): Promise<Embedder> {
  try {
    const table = TokenizerJson.parse(JSON.parse(await readFile(files.tokenizer, 'utf8')));
    const tokenizer = new Tokenizer({ ...table, truncation: null, padding: null }, {});
    // The engine works on a thread of its own, so the event loop goes on. A second one is no faster on short texts, and waits busily.
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
    const session = await ort.InferenceSession.create(files.model, options);
    return embedderOf(tokenizer, session);
  } catch (cause) {
    const message = `The sentence encoder cannot be opened (${files.model}, ${files.tokenizer}). Fetch it with: handback models fetch`;
    throw new Error(message, { cause });
  }
}

function embedderOf(tokenizer: Tokenizer, session: ort.InferenceSession): Embedder {
  /** Calls wait for each other: side by side they would only share the processor. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (text: string): Promise<Vector> => {
    const mine = last.then(() => encode(text, tokenizer, session));
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    embed: async (texts) => {
      const vectors: Vector[] = [];
      for (const text of texts) vectors.push(await inTurn(text));
      return vectors;
    },
    close: async () => {
      await last;
      await session.release();
    },
  };
}

async function encode(text: string, tokenizer: Tokenizer, session: ort.InferenceSession): Promise<Vector> {
  const all = tokenizer.encode(text.slice(0, MOST_CHARACTERS)).ids;
  // The last token ends the sentence.
  const ids = all.length <= MOST_TOKENS ? all : [...all.slice(0, MOST_TOKENS - 1), ...all.slice(-1)];
  const shape = [1, ids.length];
  const filled = (value: (at: number) => number) =>
    new ort.Tensor(
      'int64',
      BigInt64Array.from(ids, (_, at) => BigInt(value(at))),
      shape,
    );
  const output = await session.run({
    input_ids: filled((at) => ids[at] ?? 0),
    attention_mask: filled(() => 1),
    token_type_ids: filled(() => 0),
  });
  const states = output['last_hidden_state']?.data;
  if (!(states instanceof Float32Array)) throw new Error('the encoder gave no states');
  return meanOfTokens(states, ids.length);
}
