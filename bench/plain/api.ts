/** The plain conversation behind HTTP, so that both are measured through a door of the same kind. */
import { createServer, type IncomingMessage } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import { sayPlainly } from './say.ts';
import { plainSettings } from './settings.ts';

interface Incoming {
  readonly workflowId: string;
  readonly text: string;
  readonly first: boolean;
}

const settings = plainSettings(process.argv);
const connection = await Connection.connect({ address: settings.temporalAddress });
const client = new Client({ connection });

const server = createServer((request, response) => {
  answer(request).then(
    (reply) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ reply })),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.keepAliveTimeout = 65_000;
server.listen(settings.port, '127.0.0.1');

async function answer(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const { workflowId, text, first } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as Incoming;
  return sayPlainly(client, settings.taskQueue, workflowId, text, first);
}
