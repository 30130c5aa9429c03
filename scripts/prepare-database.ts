/** Part of the build: makes the template of the embedded database, so that the first `npm start` need not. */
import { databaseTemplate } from '../cli/stack/prepared-database.ts';

// Where it cannot be made, the start does without and is slower.
await databaseTemplate(process.env).catch(() => undefined);
