/** Getting the programs the embedded stack and the tests run: see `fetch-temporal.ts`, `fetch-embedding.ts` and `fetch-postgres.ts`. */

export { findEmbeddingModel, presentEmbeddingModel } from './fetch-embedding.ts';
export { findPostgres } from './fetch-postgres.ts';
export { findTemporal } from './fetch-temporal.ts';
