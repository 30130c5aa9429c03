/**
 * A server that is a child process and speaks over its standard input and output. The SDK's own transport would keep the
 * worker from ending, and leave a server that was started through `npx` running; this one does neither.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { getDefaultEnvironment } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ReadBuffer, serializeMessage } from '@modelcontextprotocol/sdk/shared/stdio.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

export interface McpStdioServer {
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to a few harmless variables (`PATH`, `HOME`, …). The worker's own, with its keys, are not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

const LONGEST_MESSAGE = 16 * 1024 * 1024;
const REMEMBERED_ERROR = 1_000;
const TIME_TO_END_MS = 2_000;

/** The servers of this process. They are ended with it; what a killed worker leaves behind finds its input closed. */
const running = new Set<Child>();
let watching = false;

function watch(child: Child): void {
  running.add(child);
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const each of running) killGroup(each);
  });
}

/** The whole group, because `npx` and shells start the server as a child of theirs. */
function killGroup({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

export interface StdioTransport extends Transport {
  /** The last it wrote to its standard error: what it says about itself when it does not start. Kept nowhere else. */
  lastWords(): string;
}

export function stdioTransport(server: McpStdioServer): StdioTransport {
  const buffer = new ReadBuffer({ maxBufferSize: LONGEST_MESSAGE });
  const owed = new Set<RequestId>();
  let child: Child | undefined;
  let words = '';

  const transport: StdioTransport = { start, send, close, lastWords: () => words.trim() };
  return transport;

  async function start(): Promise<void> {
    const started = spawn(server.command, [...(server.args ?? [])], {
      env: { ...getDefaultEnvironment(), ...server.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A group of its own: Ctrl-C ends the worker, which first finishes the calls in hand.
      detached: true,
      ...(server.cwd === undefined ? {} : { cwd: server.cwd }),
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject);
      started.once('spawn', resolve);
    });
    watch(started);
    started.on('error', (error) => transport.onerror?.(error));
    started.on('close', () => {
      running.delete(started);
      child = undefined;
      transport.onclose?.();
    });
    started.stdin.on('error', (error) => transport.onerror?.(error));
    started.stdout.on('data', read);
    started.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-REMEMBERED_ERROR);
    });
  }

  function read(chunk: Buffer): void {
    try {
      buffer.append(chunk);
    } catch (error) {
      transport.onerror?.(error instanceof Error ? error : new Error(String(error)));
      void close();
      return;
    }
    for (;;) {
      try {
        const message = buffer.readMessage();
        if (message === null) return;
        settle(message);
        transport.onmessage?.(message);
      } catch (error) {
        // A line that is no message, e.g. something printed by mistake, spoils nothing but itself.
        transport.onerror?.(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  function send(message: JSONRPCMessage): Promise<void> {
    const to = child;
    if (to === undefined) return Promise.reject(new Error('Not connected'));
    settle(message);
    return new Promise((resolve, reject) => {
      to.stdin.write(serializeMessage(message), (error) => (error == null ? resolve() : reject(error)));
    });
  }

  /** A process waits for a server that owes it an answer, and for no other. */
  function settle(message: JSONRPCMessage): void {
    if ('method' in message) {
      if ('id' in message) owed.add(message.id);
      const cancelled = message.method === 'notifications/cancelled' ? message.params?.['requestId'] : undefined;
      if (typeof cancelled === 'string' || typeof cancelled === 'number') owed.delete(cancelled);
    } else if (message.id !== undefined) {
      owed.delete(message.id);
    }
    if (child !== undefined) hold(child, owed.size > 0);
  }

  async function close(): Promise<void> {
    const closing = child;
    if (closing === undefined) return;
    const closed = new Promise<void>((resolve) => {
      closing.once('close', () => resolve());
    });
    hold(closing, true);
    closing.stdin.end();
    const timer = setTimeout(() => killGroup(closing), TIME_TO_END_MS);
    await closed;
    clearTimeout(timer);
  }
}

function hold(child: Child, isAwaited: boolean): void {
  for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
    if (handle !== child && !(handle instanceof Socket)) continue;
    if (isAwaited) handle.ref();
    else handle.unref();
  }
}
