/** `handback/client`: what a service imports to let its customers talk to an agent. */
import type { ApprovalWire } from '../api/approval-schemas.ts';
import type { PeopleWire } from '../api/people-schemas.ts';
import type { Wire } from '../api/schemas.ts';

export { type Client, type ClientOptions, createClient, type OutgoingMessage, type SendOptions } from './client.ts';
export { ApiError, TurnNotFinished } from './errors.ts';
export type { ConversationEvent, EventsOptions } from './events.ts';
export type Accepted = Wire['accepted'];
export type Turn = Wire['turn'];
export type Conversation = Wire['conversation'];
export type ConversationSummary = Wire['conversationSummary'];
export type ConversationList = Wire['conversationList'];
export type Entry = Wire['entry'];
export type Transcript = Wire['transcript'];
export type Trace = Wire['trace'];
export type Breaker = Wire['breaker'];
export type BreakerList = Wire['breakerList'];
export type Effect = Wire['effectList']['effects'][number];
export type Escalation = PeopleWire['escalation'];
export type Approval = ApprovalWire['approval'];
export type Limits = PeopleWire['limits'];
export type Problem = Wire['problem'];
