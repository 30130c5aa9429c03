/** Builds the workflow bundle into `dist/`; the last step of the build (see scripts/bootstrap/build.mjs). */
import { rename, writeFile } from 'node:fs/promises';
import { BUNDLE_PATH, buildBundle } from '../workers/bundle.ts';

const code = await buildBundle();
// Renamed into place: a worker that starts meanwhile reads the old bundle or the new one, never half of it.
const partial = `${BUNDLE_PATH}.${process.pid}`;
await writeFile(partial, code);
await rename(partial, BUNDLE_PATH);
