/**
 * The stand-in model: an OpenAI-compatible server on loopback. It lets the platform run without a key, and tests say what the
 * model does and what goes wrong on the way. Answers come from, in this order: the conversation's script, the `answer`
 * function, the rules.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { playFault } from './faults.ts';
import { genericRules, type Rules } from './rules.ts';
import { type ScriptBook, scriptBook } from './script.ts';
import type { StandInBody, StandInMessage, StandInRequest, StandInStep } from './steps.ts';
import { type Answer, answerEvents, DONE, FINGERPRINT, type Frame, wholeAnswer } from './wire.ts';

export interface StandInCall {
  readonly conversation: string;
  readonly turn: number;
  readonly step: number;
  /** The model that was asked for. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Kept with `record: 'messages'` only. */
  readonly messages?: readonly StandInMessage[];
}

export interface StandInCalls {
  /** Requests of one conversation (`<tenant>/<id>`), or of all; faults and repeats included. */
  count(conversation?: string): number;
  /** In order of arrival; empty with `record: 'counts'`. */
  readonly list: readonly StandInCall[];
  /** How often a scripted answer was given again, because a crash repeated the call. */
  repeats(conversation: string): number;
  /** Requests whose caller hung up before the answer was complete. */
  readonly hungUp: number;
}

export interface StandInOptions {
  /** Default: any free one. */
  readonly port?: number;
  readonly rules?: Rules;
  /** Asked where a conversation has no script; `undefined` leaves the request to the rules. */
  readonly answer?: (request: StandInRequest) => StandInStep | undefined | Promise<StandInStep | undefined>;
  /** What to remember of each request. `counts` for servers that run for long. Default `calls`. */
  readonly record?: 'counts' | 'calls' | 'messages';
  /** One line a request, without anything that was said. */
  readonly log?: (line: string) => void;
}

export interface StandIn {
  /** Base URL for the client, ends in `/v1`. */
  readonly url: string;
  readonly calls: StandInCalls;
  /** What the model does in `conversation` (`<tenant>/<id>`). Called again it appends. */
  script(conversation: string, steps: readonly StandInStep[]): void;
  /** @throws UnexpectedModelCallError or UnconsumedModelStepsError naming the conversation and what is left */
  assertFinished(conversation?: string): void;
  /** Cuts what is still being answered. */
  close(): Promise<void>;
}

/** @throws Error when the port is taken */
export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const scripts = scriptBook();
  const list: StandInCall[] = [];
  const counts = new Map<string, number>();
  const record = options.record ?? 'calls';
  let total = 0;
  let hungUp = 0;

  function note({ conversation, turn, step, body }: StandInRequest): void {
    total++;
    counts.set(conversation, (counts.get(conversation) ?? 0) + 1);
    if (record === 'counts') return;
    const messages = record === 'messages' ? { messages: body.messages } : {};
    list.push({ conversation, turn, step, model: body.model, at: Date.now(), ...messages });
  }

  async function chat(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(incoming);
    const body = parseBody(text);
    if (body === undefined) return refuse(response, 400, 'The body is not a chat completion request.');
    const request = requestOf(incoming, body);
    note(request);
    response.on('close', () => {
      if (!response.writableFinished) hungUp++;
    });
    const step = await stepFor(request, scripts, options);
    options.log?.(
      `${request.conversation} turn ${request.turn} step ${request.step}: ${step?.kind ?? 'beyond its script'}`,
    );
    if (step === undefined) return refuse(response, 500, 'The script of this conversation has no further entry.');
    const frame: Frame = {
      id: `chatcmpl-${total}`,
      // Its own name, so that no ledger shows a price for a model that was not asked.
      model: FINGERPRINT,
      created: Math.floor(Date.now() / 1000),
      promptTokens: Math.ceil(text.length / 4),
    };
    if ((step.delayMs ?? 0) > 0 && !(await pause(response, step.delayMs ?? 0))) return;
    if (step.kind === 'fault') playFault(step.fault, response, frame);
    else await send(response, frame, step, request);
  }

  const server = createServer((incoming, response) => {
    const path = incoming.url?.split('?')[0];
    if (incoming.method === 'POST' && path === '/v1/chat/completions') {
      chat(incoming, response).catch((error: unknown) => {
        options.log?.(`failed: ${error instanceof Error ? error.message : String(error)}`);
        if (!response.headersSent) refuse(response, 500, 'The stand-in has failed.');
        else response.destroy();
      });
    } else if (path === '/v1/models') {
      json(response, 200, {
        object: 'list',
        data: [{ id: FINGERPRINT, object: 'model', created: 0, owned_by: 'handback' }],
      });
    } else if (path === '/healthz') {
      json(response, 200, { status: 'ok' });
    } else {
      refuse(response, 404, 'The stand-in knows POST /v1/chat/completions, GET /v1/models and GET /healthz.');
    }
  });
  // Longer than clients keep idle connections, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  const port = await listen(server, options.port ?? 0);

  return {
    url: `http://127.0.0.1:${port}/v1`,
    calls: {
      count: (conversation) => (conversation === undefined ? total : (counts.get(conversation) ?? 0)),
      list,
      repeats: (conversation) => scripts.repeats(conversation),
      get hungUp() {
        return hungUp;
      },
    },
    script: (conversation, steps) => scripts.add(conversation, steps),
    assertFinished: (conversation) => scripts.assertFinished(conversation),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** `undefined`: the conversation has a script, and it is used up. */
async function stepFor(
  request: StandInRequest,
  scripts: ScriptBook,
  { answer, rules = genericRules }: StandInOptions,
): Promise<StandInStep | undefined> {
  const scripted = scripts.next(request);
  if (scripted.kind === 'beyond_script') return undefined;
  if (scripted.kind === 'step') return scripted.step;
  return (await answer?.(request)) ?? rules(request.body.messages, request.body.tools ?? []);
}

async function send(response: ServerResponse, frame: Frame, answer: Answer, request: StandInRequest): Promise<void> {
  if (request.body.stream !== true || answer.plainJson === true) {
    return json(response, 200, wholeAnswer(frame, answer, request));
  }
  const events = [...answerEvents(frame, answer, request), DONE];
  const pace = answer.chunkDelayMs ?? 0;
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
  if (pace <= 0) {
    // All events in one write: the cheapest thing a benchmark can be answered with, and still a stream to the client.
    const all = events.join('');
    response.writeHead(200, { ...headers, 'content-length': Buffer.byteLength(all) }).end(all);
    return;
  }
  response.writeHead(200, headers);
  for (const [index, event] of events.entries()) {
    if (index > 0 && !(await pause(response, pace))) return;
    response.write(event);
  }
  response.end();
}

/** Waits; `false` as soon as the caller has hung up. */
function pause(response: ServerResponse, ms: number): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const hangUp = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      response.off('close', hangUp);
      resolve(true);
    }, ms);
    response.once('close', hangUp);
  });
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** Checks only what is read later; a test's oddities in the rest are none of the stand-in's business. */
function parseBody(text: string): StandInBody | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isBody(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

function isBody(value: unknown): value is StandInBody {
  if (typeof value !== 'object' || value === null) return false;
  return 'messages' in value && Array.isArray(value.messages) && 'model' in value && typeof value.model === 'string';
}

function requestOf({ headers }: IncomingMessage, body: StandInBody): StandInRequest {
  const conversation = headers['x-handback-conversation'];
  return {
    conversation: typeof conversation === 'string' ? conversation : '',
    turn: Number(headers['x-handback-turn'] ?? 0),
    step: Number(headers['x-handback-step'] ?? body.messages.length),
    body,
  };
}

function json(response: ServerResponse, status: number, value: object): void {
  const text = JSON.stringify(value);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  json(response, status, { error: { message, type: 'stand_in_error', param: null, code: null } });
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new Error(`The stand-in model cannot listen on 127.0.0.1:${port} (${error.message}). Choose another port.`),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
