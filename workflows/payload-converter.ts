/**
 * Reads what comes into workflow code. Anybody who may signal a workflow can send a payload that nobody can decode, and
 * the default converter then throws within the workflow task: again at every attempt, for ever.
 */
import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/** Stands for what could not be decoded. Whoever checks the value refuses it like anything else that does not fit. */
const UNREADABLE: unknown = { unreadable: true };

const fromPayload = (payload: Payload): unknown => {
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return UNREADABLE;
  }
};

export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  // The type is the receiver's wish here as everywhere: what arrives is checked before it is used.
  fromPayload: fromPayload as PayloadConverter['fromPayload'],
};
