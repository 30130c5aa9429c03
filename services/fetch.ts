/** Getting the programs the embedded stack and the tests run: see `fetch-temporal.ts` and `fetch-postgres.ts`. */

export { findPostgres } from './fetch-postgres.ts';
export { findTemporal } from './fetch-temporal.ts';
