/** The plain conversation's worker: the SDK's defaults. */
import { NativeConnection, Worker } from '@temporalio/worker';
import pg from 'pg';
import { plainActivities } from './activities.ts';
import { plainSettings } from './settings.ts';

const settings = plainSettings(process.argv);
const connection = await NativeConnection.connect({ address: settings.temporalAddress });
const pool = new pg.Pool({ connectionString: settings.databaseUrl, max: 20 });
const worker = await Worker.create({
  connection,
  taskQueue: settings.taskQueue,
  workflowBundle: { codePath: settings.bundlePath },
  activities: { ...plainActivities(settings.modelUrl, pool) },
});
await worker.run();
await pool.end();
await connection.close();
