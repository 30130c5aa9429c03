/** Getting the programs the embedded stack and the tests run: see `fetch-temporal.ts` and `fetch-postgres.ts`. */

export { findPostgres, type PostgresBinaries } from './fetch-postgres.ts';
export { type FetchOptions, findTemporal, type TemporalBinary } from './fetch-temporal.ts';
