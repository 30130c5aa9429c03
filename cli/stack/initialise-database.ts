/** A thread of `prepared-database.ts`: makes an empty database in the folder it is given, and ends. */
import { workerData } from 'node:worker_threads';
import { openEmbedded } from '../../db/embedded.ts';

const database = await openEmbedded(String(workerData));
await database.close();
