/** Connections to Temporal. */
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import type { Config } from '../config.ts';

type TemporalConfig = Config['temporal'] & { readonly address: string };

function options({ address, apiKey, tls }: TemporalConfig) {
  return { address, tls, ...(apiKey === undefined ? {} : { apiKey }) };
}

/** For asking. Connects when first used, so that an API can start while Temporal is down. */
export function lazyClient(temporal: TemporalConfig): Client {
  const connection = Connection.lazy({ ...options(temporal), connectTimeout: '5 seconds' });
  // A short identity: it is part of every signal event.
  return new Client({ connection, namespace: temporal.namespace, identity: 'handback' });
}

/** For working. @throws when Temporal cannot be reached */
export function workerConnection(temporal: TemporalConfig): Promise<NativeConnection> {
  return NativeConnection.connect(options(temporal));
}
