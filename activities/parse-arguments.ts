/** Reads what the model wrote as a tool's arguments. */
import { FailureError } from '../core/failure.ts';

/** @throws FailureError `invalid_model_output` */
export function parseArguments(text: string): unknown {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    throw new FailureError({
      kind: 'invalid_model_output',
      message: 'The arguments are not valid JSON. Send one JSON object.',
    });
  }
}
