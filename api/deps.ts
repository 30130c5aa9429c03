/** What the routes are given, and what a request carries once its key was checked. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Database } from '../db/database.ts';
import type { Events } from '../db/events.ts';
import type { KeyGrant } from '../db/keys.ts';
import type { Conversations } from '../engine/conversations.ts';
import type { OpenRequests } from './open-requests.ts';

/** The part of a pino logger that is used here. */
export interface ApiLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RouteDeps {
  readonly database: Database;
  readonly conversations: Conversations;
  readonly events: Events;
  readonly log: ApiLog;
  /** Fires when the server closes: waiting requests and streams then end. */
  readonly closing: AbortSignal;
  /** How often a silent stream sends a comment, in milliseconds. */
  readonly heartbeatMs: number;
  /** The requests that wait for their turn. */
  readonly waits: OpenRequests;
  readonly streams: OpenRequests;
}

export interface ApiEnv {
  // Hono's own way to say what `c.get` returns.
  Variables: {
    readonly caller: KeyGrant;
    /** Asks again whether the key is still valid, for requests that go on for long. */
    readonly stillValid: () => Promise<boolean>;
  };
}

export type ApiApp = OpenAPIHono<ApiEnv>;
