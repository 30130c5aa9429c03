/**
 * Makes the scope guardrail's background: the directions of what people ask about in general.
 *
 *   npm run train:scope -- --data FOLDER
 *
 * One direction for each intent of the training rows, and some for the questions that belong to none.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEmbedder } from '../guardrails/embedding/embedder.ts';
import { BACKGROUND_FILE, encodeBackground } from '../guardrails/input/scope/background.ts';
import { findEmbeddingModel } from '../services/fetch.ts';
import { backgroundOf, OFF_TOPIC, readTopics } from './guardrails/scope/data.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data/guardrails' } } });

const embedder = await openEmbedder(await findEmbeddingModel({ env: process.env, onProgress: console.error }));
const topics = [
  ...(await readTopics(values.data, 'clinc150_train')),
  ...(await readTopics(values.data, 'banking77_train')),
];
console.error(`Encoding ${topics.length} sentences ...`);
const vectors = await embedder.embed(topics.map(({ text }) => text));
const rows = topics.map((topic, at) => ({ ...topic, vector: vectors[at] ?? new Float32Array() }));
const background = backgroundOf(rows);
const bytes = encodeBackground(background);
mkdirSync(dirname(BACKGROUND_FILE), { recursive: true });
writeFileSync(BACKGROUND_FILE, bytes);
console.log(
  `${background.length} directions (those of ${OFF_TOPIC} grouped), ${bytes.length} bytes, in ${join(BACKGROUND_FILE)}`,
);
await embedder.close();
