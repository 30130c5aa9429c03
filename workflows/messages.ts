/**
 * Every signal and query of a conversation, and their payloads. Types and definitions only: the API, the CLI and the
 * sweeper import this file and nothing else of `workflows/`.
 */
import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { Customer } from '../core/conversation.ts';
import type { HandBack } from '../core/hand-back.ts';

/** The workflow type; with the id `conversation:<tenant>:<id>` all that `signal-with-start` needs. */
export const CONVERSATION = 'conversation';

/** Something waits in Postgres. Carries nothing, may be lost, late or doubled. */
export const nudgeSignal = defineSignal('nudge');

/** The Temporal door: a customer message from a service that talks to Temporal and not to the HTTP API. */
export interface CustomerMessage {
  /** Chosen by the sender; the same id twice is the same message. */
  readonly messageId: string;
  readonly text: string;
  /** Needed on the first message of a conversation. */
  readonly agent?: string;
  /** Needed on the first message of a conversation. */
  readonly customer?: Customer;
}
export const customerMessageSignal = defineSignal<[CustomerMessage]>('customerMessage');

/** Close the conversation after what waits has been answered. */
export const closeSignal = defineSignal<[{ readonly reason?: string }?]>('close');

/** An operator takes an open escalation. `operator` is the id of their key; whether it may is checked against Postgres. */
export interface Claim {
  readonly escalationId: string;
  readonly operator: string;
}
export const claimSignal = defineSignal<[Claim]>('claim');

/** The operator who claimed it gives the conversation back. */
export interface HandBackMessage extends Claim {
  readonly document: HandBack;
  /** The last message of the customer that the operator had seen, by its number; absent: all of them. */
  readonly seenSeq?: number;
}
export const handBackSignal = defineSignal<[HandBackMessage]>('handBack');

/** Where a conversation stands, for engineers; the API reads Postgres instead. */
export interface Progress {
  readonly turn: number;
  readonly working: boolean;
  readonly agent: string | undefined;
  readonly revision: string | undefined;
}
export const progressQuery = defineQuery<Progress>('progress');
