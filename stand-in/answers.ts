/** What the stand-in model can answer to one request, and what a request is. */
/** How an answer is paced. Milliseconds. */
export interface Pace {
  /** Before the first byte. */
  readonly delayMs?: number;
  /** Between two events of a stream. */
  readonly chunkDelayMs?: number;
  /** How many pieces the text comes in; otherwise a few words each. */
  readonly chunks?: number;
  /** Answers in one JSON document although a stream was asked for, as some servers do. */
  readonly plainJson?: boolean;
}

export interface StandInToolCall {
  readonly name: string;
  /** A string is sent as it is, so it may be broken JSON. */
  readonly arguments: object | string;
  /** Default: derived from turn, step and position. */
  readonly id?: string;
}

export interface ReplyStep extends Pace {
  readonly kind: 'reply';
  readonly text: string;
}

export interface CallToolsStep extends Pace {
  readonly kind: 'call_tools';
  readonly calls: readonly StandInToolCall[];
  readonly text: string | null;
}

export function reply(text: string, pace: Pace = {}): ReplyStep {
  return { kind: 'reply', text, ...pace };
}

/** @example callTools([{ name: 'lookup_order', arguments: { orderId: 'O-1001' } }]) */
export function callTools(
  calls: readonly StandInToolCall[],
  text: string | null = null,
  pace: Pace = {},
): CallToolsStep {
  return { kind: 'call_tools', calls, text, ...pace };
}

/** A message as it comes over the wire, as far as the stand-in reads it. */
export interface StandInMessage {
  readonly role: string;
  readonly content?: string | null | readonly { readonly type: string; readonly text?: string }[];
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  readonly tool_call_id?: string;
}

export interface StandInTool {
  readonly function: {
    readonly name: string;
    readonly description?: string;
    readonly parameters?: Readonly<Record<string, unknown>>;
  };
}

export interface StandInBody {
  readonly model: string;
  readonly messages: readonly StandInMessage[];
  readonly tools?: readonly StandInTool[];
  readonly stream?: boolean;
}

export interface StandInRequest {
  /** `<tenant>/<id>`, empty where the caller sent no header. */
  readonly conversation: string;
  /** 0 where the caller sent no header. */
  readonly turn: number;
  /** Where the caller sent no header, the number of messages, which also grows from step to step. */
  readonly step: number;
  readonly body: StandInBody;
}
